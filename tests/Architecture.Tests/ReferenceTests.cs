using System.Globalization;
using System.Text.Json;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>Every reference file is an oracle of a test: once the page of docs/method with its section is written, its tests are too.</summary>
public sealed class ReferenceTests
{
    static readonly string Oracles = Repository.Path("tests", "Core.Tests", "Oracles");

    public static TheoryData<string> Topics => [.. Directory.EnumerateFiles(Path.Combine(Oracles, "Reference"), "*.json")
        .Where(path => PageIsWritten(SectionOf(path))).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Topics))]
    public void Every_reference_file_is_read_by_an_oracle_test(string topic) =>
        Assert.Contains(Directory.EnumerateFiles(Oracles, "*.cs"), path => Reads(File.ReadAllText(path), topic));

    /// <summary>Fields that no test compares, with the reason.</summary>
    static readonly string[] notCompared =
    [
        "order", // of the coefficients, which the layout takes from the sets
        "selfShifts", // which own weeks were free: their differences are compared one by one
        "smallestTieGap", // how near the reference came to a tie
    ];

    [Theory, MemberData(nameof(Topics))]
    public void Every_expected_field_is_compared(string topic)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Oracles, "Reference", topic + ".json")));
        var fields = document.RootElement.GetProperty("cases").EnumerateArray().SelectMany(one => one.GetProperty("expected").EnumerateObject().Select(field => field.Name)).Distinct();
        var sources = Directory.EnumerateFiles(Oracles, "*.cs").Select(File.ReadAllText).Where(source => Reads(source, topic)).ToArray();
        Exceptions.AssertNone("reference field", fields.Except(notCompared).Where(field => !sources.Any(source => source.Contains($"\"{field}\"", StringComparison.Ordinal))).Select(field => $"{topic}: {field}"));
    }

    [Fact]
    public void Every_real_table_is_read_by_a_test()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Oracles, "Real", "expected.json")));
        var sources = string.Concat(Directory.EnumerateFiles(Oracles, "*.cs").Select(File.ReadAllText));
        Exceptions.AssertNone("real table", document.RootElement.EnumerateObject().Select(table => table.Name).Where(table => table != "versions" && !sources.Contains($"Expected(\"{table}\")", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_that_no_test_reads_is_found() => Assert.False(Reads("[Theory] ReferenceFile.Cases(\"balance\")", "balance-of-power"));

    static bool Reads(string source, string topic) => source.Contains("[Theory", StringComparison.Ordinal) && source.Contains($"\"{topic}\"", StringComparison.Ordinal);

    static bool PageIsWritten(int section) => Directory.EnumerateFiles(Repository.Path("docs", "method"), section switch { <= 6 => "1-*.md", <= 11 => "2-*.md", _ => "3-*.md" }).Any();

    /// <summary>The first section that a file serves: 12 of 12, 3 of "3-4".</summary>
    static int SectionOf(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return int.Parse(document.RootElement.GetProperty("section").ToString().Split('-')[0], CultureInfo.InvariantCulture);
    }
}
