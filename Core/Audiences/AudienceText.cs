using System.Globalization;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Audiences;

/// <summary>
/// A rule as people write it: <c>country is "FR", "DE" and did "Order Completed" at least 2 times in 30 days and not seen in 7 days</c>. What is written out
/// reads back as the same rule.
/// </summary>
public static class AudienceText
{
    /// <summary>Longest text, in characters.</summary>
    public const int Longest = 4_000;

    static readonly (string Sign, Comparison By)[] Signs = [(">=", Comparison.AtLeast), ("<=", Comparison.AtMost), (">", Comparison.Above), ("<", Comparison.Below)];

    /// <summary>The rule in words.</summary>
    public static string Of(AudienceRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Of(rule, 0);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text; at most <see cref="Longest"/> characters.</param>
    public static AudienceRuleParse Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > Longest)
        {
            return Bad($"a rule has at most {Longest} characters; this one has {text.Length}");
        }

        try
        {
            var rule = new AudienceTextReader(text).Read();
            // The limits of depth, lists and ranges are those of documents, and there they are checked.
            using var document = System.Text.Json.JsonDocument.Parse(AudienceRuleJson.Write(rule).ToJsonString());
            return AudienceRuleParse.Of(document.RootElement, "");
        }
        catch (FormatException wrong)
        {
            return Bad(wrong.Message);
        }
    }

    internal static IReadOnlyList<(string Sign, Comparison By)> Comparisons => Signs;

    // How strongly what stands around binds: 0 nothing, 1 or, 2 and, 3 not.
    static string Of(AudienceRule rule, int around) => rule switch
    {
        // One part alone is told apart from the part itself by its brackets, so that it reads back as it was.
        AudienceRule.All { Rules: [var only] } => $"all ({Of(only, 0)})",
        AudienceRule.Any { Rules: [var only] } => $"any ({Of(only, 0)})",
        AudienceRule.All all => Bracketed(string.Join(" and ", all.Rules.Select(part => Of(part, 2))), around >= 2),
        AudienceRule.Any any => Bracketed(string.Join(" or ", any.Rules.Select(part => Of(part, 1))), around >= 1),
        AudienceRule.Not not => "not " + Of(not.Rule, 3),
        AudienceRule.Is one => $"{Name(one.Attribute)} is {string.Join(", ", one.Values.Select(Quoted))}",
        AudienceRule.Number one => $"{Name(one.Attribute)} {Signs.First(sign => sign.By == one.By).Sign} {one.Than.ToString("R", CultureInfo.InvariantCulture)}",
        AudienceRule.Has one => $"{Name(one.Attribute)} exists",
        AudienceRule.Did did => $"did {Quoted(did.Event)}{Times(did)} in {Days(did.Days)}",
        AudienceRule.Seen seen => $"seen in {Days(seen.Days)}",
        AudienceRule.Consented one => $"consent {one.Channel} {one.Purpose} {one.Status}",
        AudienceRule.Reachable one => $"reachable by {one.Channel}",
        AudienceRule.Lifecycle one => $"lifecycle {string.Join(", ", one.States)}",
        AudienceRule.In one => $"audience {Quoted(one.Id)}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static string Times(AudienceRule.Did did) => (did.AtLeast, did.AtMost) switch
    {
        (1, null) => "",
        (var least, null) => $" at least {least} times",
        (0, { } most) => $" at most {most} times",
        (var least, { } most) => $" {least} to {most} times",
    };

    static string Days(int days) => days == 1 ? "1 day" : $"{days} days";

    static string Bracketed(string text, bool needed) => needed ? $"({text})" : text;

    static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    static string Name(string attribute) => AudienceTextReader.IsPlainName(attribute) ? attribute : $"attribute {Quoted(attribute)}";

    static AudienceRuleParse.Bad Bad(string detail) => new([new ProgramError("", ProgramErrorCode.NotAllowed, detail)]);
}
