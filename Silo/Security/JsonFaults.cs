using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aampe.Agents.Silo.Security;

/// <summary>What is wrong with a body, in the words of the API: the parser's own messages name types of ours.</summary>
static partial class JsonFaults
{
    /// <summary>A problem that names the field, and what it should be.</summary>
    public static Problem Of(JsonException cause)
    {
        var path = Pointer(cause.Path);
        var place = string.Create(CultureInfo.InvariantCulture, $"line {(cause.LineNumber ?? 0) + 1}, column {(cause.BytePositionInLine ?? 0) + 1}");
        if (Missing().Match(cause.Message) is { Success: true } missing)
        {
            string[] names = [.. Quoted().Matches(missing.Groups[1].Value).Select(match => match.Groups[1].Value)];
            return Malformed($"Missing: {string.Join(", ", names)}.", [.. names.Select(name => new ProblemError($"{path}/{name}", "missing", $"{name} must be there."))]);
        }

        if (Unmapped().Match(cause.Message) is { Success: true } unmapped)
        {
            var name = unmapped.Groups[1].Value;
            return Malformed($"There is no field '{name}'.", [new ProblemError(path.EndsWith('/' + name, StringComparison.Ordinal) ? path : $"{path}/{name}", "unknown_field", $"'{name}' is not known here.")]);
        }

        var detail = Target().Match(cause.Message) is { Success: true } target && path.Length > 0
            ? $"{path} {Named(target.Groups[1].Value)}: {place}."
            : $"Not the JSON that this route takes: {(path.Length > 0 ? path + ", " : "")}{place}.";
        return Malformed(detail, [new ProblemError(path, "invalid_json", detail)]);
    }

    static Problem Malformed(string detail, ProblemError[] errors) => Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", "The body cannot be read", detail, errors);

    static string Named(string type) => type switch
    {
        _ when type.Contains("Boolean", StringComparison.Ordinal) => "must be true or false",
        _ when type.Contains("DateTime", StringComparison.Ordinal) => "must be a time in RFC 3339, such as 2026-11-24T09:00:00Z",
        _ when type.Contains("Int", StringComparison.Ordinal) => "must be a whole number",
        _ when type.Contains("Double", StringComparison.Ordinal) => "must be a number",
        _ when type.Contains("List", StringComparison.Ordinal) || type.Contains("[]", StringComparison.Ordinal) => "must be an array",
        _ when type.Contains("String", StringComparison.Ordinal) => "must be text",
        _ => "is not of the type that this route takes",
    };

    static string Pointer(string? path) => path is null or "$" ? "" : path[1..].Replace('.', '/').Replace('[', '/').Replace("]", "", StringComparison.Ordinal);

    [GeneratedRegex("missing required properties including: (.*?)\\.?(?: Path:|$)")]
    private static partial Regex Missing();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("The JSON property '([^']+)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex("could not be converted to ([^ ]+?)\\.? (?:Path|$)")]
    private static partial Regex Target();
}
