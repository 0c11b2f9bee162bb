using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Channels;
using Aampe.Agents.Core.Programs;
using Fluid;
using Fluid.Values;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>Makes copy of a message's templates: Liquid without files, reflection or network; a user's values are never read as templates.</summary>
public sealed class MessageRenderer
{
    const int MostCached = 10_000;

    /// <summary>What copy writes where one click unsubscribes.</summary>
    public const string UnsubscribeUrl = "unsubscribeUrl";

    readonly TemplateOptions options = Sandbox();
    readonly ConcurrentDictionary<Message, IReadOnlyDictionary<string, IFluidTemplate>> parsed = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether the silo knows where the world reaches it: without, no copy may name an address of its own.</summary>
    public bool HasPublicAddress { get; init; } = true;

    /// <summary>Whether any field of a message names where one click unsubscribes.</summary>
    public static bool NamesUnsubscribing(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Content.Values.Any(template => template.Contains(UnsubscribeUrl, StringComparison.Ordinal));
    }

    /// <summary>The copy for one user.</summary>
    /// <exception cref="RenderException">A template is wrong or costs too much, or a link is unsafe.</exception>
    public RenderedMessage Render(Message message, RenderInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(inputs);
        using var attributes = inputs.Attributes.IsEmpty ? null : JsonDocument.Parse(inputs.Attributes);
        var (roots, defaulted) = TemplateVariables.Of(message, attributes?.RootElement ?? default);
        var content = new JsonObject();
        foreach (var (field, template) in TemplatesOf(message))
        {
            Put(content, field.Split('.'), Finish(message, field, Run(field, message, template, roots, inputs), inputs.DecisionId));
        }

        return new RenderedMessage(content, defaulted);
    }

    /// <summary>Everything that is wrong with a message for a user of whom nothing is known; empty = it always renders.</summary>
    public IReadOnlyList<RenderException> Check(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var faults = new List<RenderException>();
        foreach (var variable in message.Variables)
        {
            if (string.IsNullOrWhiteSpace(variable.Default))
            {
                faults.Add(new RenderException(variable.Name, "missing_default", "has no default; where the user has none, the copy would show a blank."));
            }
        }

        var (roots, _) = TemplateVariables.Of(message, default);
        foreach (var (field, source) in message.Content)
        {
            try
            {
                var template = TemplateParser.Parse(field, source, Declared(message));
                var text = Finish(message, field, Run(field, message, template, roots, new RenderInputs(default, "dec_check", "program", DateTimeOffset.UnixEpoch) { UnsubscribeUrl = HasPublicAddress ? "https://agents.example/v1/unsubscribe/check" : null }), "dec_check");
                if (ContentLimits.Fault(message.Channel, field, text) is { } fault)
                {
                    faults.Add(new RenderException(field, "too_long_for_channel", fault));
                }
            }
            catch (RenderException broken)
            {
                faults.Add(broken);
            }
        }

        return faults;
    }

    static TemplateOptions Sandbox()
    {
        var options = new TemplateOptions
        {
            MaxSteps = TemplateLimits.Steps,
            MaxRecursion = TemplateLimits.Depth,
            CultureInfo = CultureInfo.InvariantCulture,
            MemberAccessStrategy = new DefaultMemberAccessStrategy(),
        };
        TemplateFilters.Restrict(options.Filters);
        return options;
    }

    static HashSet<string> Declared(Message message) => message.Variables.Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);

    static bool IsHtml(Message message, string field) => message.Channel == "email" && field == "html";

    static string Finish(Message message, string field, string text, string decisionId)
    {
        if (Links.IsLink(field))
        {
            var link = Links.Check(field, text);
            return Links.IsClicked(field) ? Links.WithDecision(link, decisionId) : link;
        }

        if (IsHtml(message, field))
        {
            return Links.InHtml(text, decisionId);
        }

        // These become header lines: a line break in them would begin another header.
        return field is "subject" or "preheader" or "from" or "replyTo" or "title" ? text.ReplaceLineEndings(" ").Trim() : text.Trim();
    }

    static void Put(JsonObject content, ReadOnlySpan<string> path, string text)
    {
        if (path.Length == 1)
        {
            content[path[0]] = text;
            return;
        }

        if (content[path[0]] is not JsonObject inner)
        {
            content[path[0]] = inner = [];
        }

        Put(inner, path[1..], text);
    }

    IReadOnlyDictionary<string, IFluidTemplate> TemplatesOf(Message message)
    {
        // Message values are shared by every decision of a program version, so the reference is the version.
        if (parsed.Count > MostCached)
        {
            parsed.Clear();
        }

        return parsed.GetOrAdd(message, one => one.Content.ToDictionary(pair => pair.Key, pair => TemplateParser.Parse(pair.Key, pair.Value, Declared(one)), StringComparer.Ordinal));
    }

    string Run(string field, Message message, IFluidTemplate template, Dictionary<string, FluidValue> roots, RenderInputs inputs)
    {
        if (inputs.UnsubscribeUrl is null && message.Content[field].Contains(UnsubscribeUrl, StringComparison.Ordinal))
        {
            throw new RenderException(field, "no_public_address", $"names {UnsubscribeUrl}, but the silo does not know where the world reaches it; set Http:PublicAddress.");
        }

        var context = new TemplateContext(options, StringComparer.Ordinal)
        {
            // Copy speaks the language of its message; an address is read by machines.
            CultureInfo = Links.IsLink(field) ? CultureInfo.InvariantCulture : Cultures.Of(message.Locale),
            Now = () => inputs.Now,
            TimeZone = TimeZoneInfo.CreateCustomTimeZone("local", inputs.Now.Offset, "local", "local"),
        };
        foreach (var (name, value) in roots)
        {
            context.SetValue(name, value);
        }

        context.SetValue("now", new DateTimeValue(inputs.Now));
        context.SetValue(UnsubscribeUrl, inputs.UnsubscribeUrl is { } url ? StringValue.Create(url) : NilValue.Instance);
        context.SetValue("program", Single("id", inputs.Program));
        context.SetValue("decision", Single("id", inputs.DecisionId));
        using var writer = new BoundedWriter(field);
        try
        {
            // Nothing in the sandbox waits for anything: the task is complete when it returns.
            var encoder = Links.IsLink(field) ? NullEncoder.Default : field == "html" ? (TextEncoder)HtmlEncoder.Default : NullEncoder.Default;
            var run = template.RenderAsync(writer, encoder, context);
            if (!run.IsCompleted)
            {
                throw new RenderException(field, "template_syntax", "waits for something outside the template.");
            }

            run.GetAwaiter().GetResult();
        }
        catch (RenderException fault) when (fault.Field.Length == 0)
        {
            throw new RenderException(field, fault.Code, fault.Detail, fault);
        }
        catch (Exception cause) when (cause is ArithmeticException or ArgumentException or FormatException or InvalidCastException or IndexOutOfRangeException or NullReferenceException)
        {
            // What a user's own values do to a template is the copy's fault, never the silo's: there is no copy for this user.
            throw new RenderException(field, "template_failed", "cannot be computed for these values: a division by zero, a number that is none, or one that is too large.", cause);
        }
        catch (InvalidOperationException cause)
        {
            throw new RenderException(field, "too_many_steps", $"runs more than {TemplateLimits.Steps} steps or nests too deep.", cause);
        }

        return writer.ToString();
    }

    static DictionaryValue Single(string name, string value) =>
        new(new FluidValueDictionaryFluidIndexable(new Dictionary<string, FluidValue>(StringComparer.Ordinal) { [name] = StringValue.Create(value) }));
}
