using Fluid;
using Fluid.Ast;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>Parses templates in a small Liquid: conditions, loops over attributes, assignments, a closed list of filters. No file, no range, no raw block.</summary>
static class TemplateParser
{
    static readonly string[] Tags = ["if", "unless", "case", "for", "break", "continue", "assign", "comment", "#"];

    static readonly FluidParser Parser = Restricted();

    /// <summary>A template, checked against the names that it may read.</summary>
    /// <exception cref="RenderException">Syntax, a tag that is not allowed, or a variable that the message does not declare.</exception>
    public static IFluidTemplate Parse(string field, string source, IReadOnlySet<string> declared)
    {
        if (source.Length > TemplateLimits.Source)
        {
            throw new RenderException(field, "too_long", $"the template has {source.Length} characters; at most {TemplateLimits.Source}.");
        }

        Bounded(field, source);
        if (!Parser.TryParse(source, out var template, out var error))
        {
            throw new RenderException(field, "template_syntax", error);
        }

        new Checker(field, declared).VisitTemplate(template);
        return template;
    }

    // The parser goes down one call per bracket and block: what it is given must not be able to exhaust the stack, which nothing survives.
    static void Bounded(string field, string source)
    {
        var blocks = 0;
        for (var at = source.IndexOf('{', StringComparison.Ordinal); at >= 0 && at + 1 < source.Length; at = source.IndexOf('{', at + 1))
        {
            if (source[at + 1] is not ('{' or '%'))
            {
                continue;
            }

            blocks += source[at + 1] == '%' ? 1 : 0;
            var close = source.IndexOf(source[at + 1] == '%' ? "%}" : "}}", at + 2, StringComparison.Ordinal);
            var length = (close < 0 ? source.Length : close) - at;
            if (length > TemplateLimits.Tag || blocks > TemplateLimits.Blocks)
            {
                throw new RenderException(field, "template_syntax", blocks > TemplateLimits.Blocks
                    ? $"the template has more than {TemplateLimits.Blocks} tags {{% … %}}."
                    : $"what stands between braces has {length} characters; at most {TemplateLimits.Tag}.");
            }
        }
    }

    static FluidParser Restricted()
    {
        var parser = new FluidParser();
        foreach (var tag in parser.RegisteredTags.Keys.Except(Tags).ToArray())
        {
            parser.RegisteredTags.Remove(tag);
        }

        return parser;
    }

    /// <summary>Walks a template before it is ever run.</summary>
    sealed class Checker(string field, IReadOnlySet<string> declared) : AstVisitor
    {
        readonly HashSet<string> locals = new(StringComparer.Ordinal) { "forloop" };
        int depth;

        protected override Statement VisitForStatement(ForStatement forStatement)
        {
            locals.Add(forStatement.Identifier);
            return Deeper(() => base.VisitForStatement(forStatement));
        }

        protected override Statement VisitIfStatement(IfStatement ifStatement) => Deeper(() => base.VisitIfStatement(ifStatement));

        protected override Statement VisitAssignStatement(AssignStatement assignStatement)
        {
            locals.Add(assignStatement.Identifier);
            return base.VisitAssignStatement(assignStatement);
        }

        protected override Expression VisitRangeExpression(RangeExpression rangeExpression) =>
            throw new RenderException(field, "template_syntax", "ranges such as (1..10) are not allowed.");

        protected override Expression VisitMemberExpression(MemberExpression memberExpression)
        {
            var path = PathOf(memberExpression);
            if (!locals.Contains(path.Split('.')[0]) && !Known(path))
            {
                throw new RenderException(field, "undeclared_variable", $"reads '{path}', which is not among the message's variables; declare it with a default.");
            }

            return base.VisitMemberExpression(memberExpression);
        }

        protected override Expression VisitFilterExpression(FilterExpression filterExpression)
        {
            if (!TemplateFilters.Names.Contains(filterExpression.Name))
            {
                throw new RenderException(field, "template_syntax", $"there is no filter '{filterExpression.Name}'; allowed: {string.Join(", ", TemplateFilters.Names.Order(StringComparer.Ordinal))}.");
            }

            return base.VisitFilterExpression(filterExpression);
        }

        bool Known(string path) => declared.Contains(path) || path is "now" or MessageRenderer.UnsubscribeUrl or "program.id" or "decision.id" or "empty" or "blank"
            || declared.Any(name => path.StartsWith(name + ".", StringComparison.Ordinal) && path[(name.Length + 1)..] is "size" or "first" or "last");

        string PathOf(MemberExpression expression) => string.Join('.', expression.Segments.Select(segment => segment switch
        {
            IdentifierSegment identifier => identifier.Identifier,
            IndexerSegment { Expression: LiteralExpression } => "[]",
            _ => throw new RenderException(field, "template_syntax", "names are written with dots, such as user.firstName; computed names and calls are not allowed."),
        }));

        Statement Deeper(Func<Statement> visit)
        {
            if (++depth > TemplateLimits.Depth)
            {
                throw new RenderException(field, "template_syntax", $"blocks are nested more than {TemplateLimits.Depth} deep.");
            }

            var visited = visit();
            depth--;
            return visited;
        }
    }
}
