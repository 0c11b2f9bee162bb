using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Audiences;

/// <summary>Whether rules, and programs with them, fit the workspace that they live in.</summary>
public static class AudienceChecks
{
    /// <summary>What of a rule the workspace does not allow or does not know.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="place">JSON pointer of where it stands.</param>
    /// <param name="settings">The workspace.</param>
    public static IEnumerable<ProgramError> Of(AudienceRule rule, string place, WorkspaceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var (at, part) in rule.Parts(place))
        {
            if (part.AttributeRead is { } attribute && Attribute(attribute, $"{at}/attribute", settings) is { } refused)
            {
                yield return refused;
            }

            if (part is AudienceRule.In { Id: var id } && settings.Audience(id) is null)
            {
                yield return new ProgramError($"{at}/audience", ProgramErrorCode.UnknownReference, $"no audience \"{id}\" in the workspace; {NearestNames.Hint(id, [.. settings.Audiences.Select(one => one.Id)])}");
            }
        }
    }

    /// <summary>What of a program the workspace does not allow or does not know; empty = it fits.</summary>
    public static IReadOnlyList<ProgramError> Of(ProgramDefinition program, WorkspaceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(settings);
        var errors = new List<ProgramError>();
        if (program.Audience is { } audience)
        {
            errors.AddRange(Of(audience, "/audience", settings));
        }

        if (program.Guardrails.SuppressWhen is { } suppress)
        {
            errors.AddRange(Of(suppress, "/guardrails/suppressWhen", settings));
        }

        Add(errors, program.Learning.Market, "/learning/market", settings);
        for (var m = 0; m < program.Messages.Length; m++)
        {
            var message = program.Messages[m];
            for (var i = 0; i < message.Eligibility.Length; i++)
            {
                Add(errors, message.Eligibility[i].Attribute, $"/messages/{m}/eligibility/{i}/attribute", settings);
            }

            for (var i = 0; i < message.Variables.Length; i++)
            {
                // user.address.city reads the attribute address.
                if (message.Variables[i].Name.Split('.') is ["user", var attribute, ..])
                {
                    Add(errors, attribute, $"/messages/{m}/variables/{i}/name", settings);
                }
            }
        }

        return errors;
    }

    /// <summary>Names that occur twice, references that lead nowhere or round, attributes that rules must not read.</summary>
    internal static void Check(WorkspaceSettings settings, List<ProgramError> errors)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < settings.Audiences.Length; i++)
        {
            var (id, pointer) = (settings.Audiences[i].Id, $"/audiences/{i}");
            if (!ids.Add(id))
            {
                errors.Add(new ProgramError($"{pointer}/id", ProgramErrorCode.Duplicate, $"\"{id}\" names another audience already"));
            }

            errors.AddRange(Of(settings.Audiences[i].Rule, $"{pointer}/rule", settings));
            if (Circle(settings, id) is { } circle)
            {
                errors.Add(new ProgramError($"{pointer}/rule", ProgramErrorCode.NotAllowed, $"audiences must not lead back to themselves: {string.Join(" → ", circle)}"));
            }
        }

        if (settings.Guardrails.SuppressWhen is { } suppress)
        {
            errors.AddRange(Of(suppress, "/guardrails/suppressWhen", settings));
        }
    }

    static void Add(List<ProgramError> errors, string attribute, string pointer, WorkspaceSettings settings)
    {
        if (attribute.Length > 0 && Attribute(attribute, pointer, settings) is { } refused)
        {
            errors.Add(refused);
        }
    }

    static ProgramError? Attribute(string attribute, string pointer, WorkspaceSettings settings)
    {
        if (settings.IsSensitive(attribute))
        {
            return new ProgramError(pointer, ProgramErrorCode.Sensitive, $"\"{attribute}\" is sensitive in this workspace: it decides nothing and is shown to nobody. {Usable(attribute, settings)}");
        }

        return settings.Attributes.Length > 0 && !settings.Attributes.Contains(attribute, StringComparer.Ordinal)
            ? new ProgramError(pointer, ProgramErrorCode.UnknownReference, $"no attribute \"{attribute}\" in this workspace; {NearestNames.Hint(attribute, settings.UsableAttributes)}")
            : null;
    }

    static string Usable(string attribute, WorkspaceSettings settings) => settings.Attributes.Length == 0 ? "Use another" : $"Others: {NearestNames.Hint(attribute, settings.UsableAttributes)}";

    static List<string>? Circle(WorkspaceSettings settings, string start)
    {
        var path = new List<string>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        return Leads(start) ? path : null;

        // Whether one leads back to the start; the path is then the way round.
        bool Leads(string id)
        {
            path.Add(id);
            foreach (var next in settings.Audience(id)?.Rule.Parts("").Select(part => part.Rule).OfType<AudienceRule.In>().Select(part => part.Id) ?? [])
            {
                if (next == start)
                {
                    path.Add(start);
                    return true;
                }

                if (done.Add(next) && Leads(next))
                {
                    return true;
                }
            }

            path.RemoveAt(path.Count - 1);
            return false;
        }
    }
}
