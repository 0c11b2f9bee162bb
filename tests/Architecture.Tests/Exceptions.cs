namespace Aampe.Agents.Architecture.Tests;

/// <summary>Where a rule does not hold, one line each: the rule, what it would name, and the decision (docs/adr) that says why.</summary>
static class Exceptions
{
    internal static readonly (string Rule, string Subject, string Adr)[] All =
    [
        ("grain cycle", "IUserAgent → IUserAgent", "0003"),
        ("dependency", "Core → ZstdSharp", "0023"),
    ];

    /// <summary>Fails with all violations of a rule that no decision excepts.</summary>
    internal static void AssertNone(string rule, IEnumerable<string> violations)
    {
        var left = violations.Distinct().Where(violation => !All.Any(one => one.Rule == rule && violation.Contains(one.Subject, StringComparison.Ordinal))).Order(StringComparer.Ordinal).ToArray();
        Assert.True(left.Length == 0, $"{rule}:\n  " + string.Join("\n  ", left));
    }
}
