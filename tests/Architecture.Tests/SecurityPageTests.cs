using System.Globalization;
using System.Text.RegularExpressions;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>docs/security-tests.md: each case of the attacker's suite has a row, and each row a test that exists or says why there is none.</summary>
public sealed partial class SecurityPageTests
{
    const int Cases = 45;

    static readonly Lazy<string[]> Sources = new(() => [.. Directory.EnumerateFiles(Repository.Path("tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)]);

    static readonly string Page = File.ReadAllText(Repository.Path("docs", "security-tests.md"));

    [Fact]
    public void Every_row_names_tests_that_exist_or_says_why_there_is_none() => Exceptions.AssertNone("security page", Violations(Page));

    [Fact]
    public void Every_case_has_a_row()
    {
        var covered = Rows(Page).SelectMany(row => Numbers(row.Case)).ToHashSet();
        Assert.Equal([], Enumerable.Range(1, Cases).Where(number => !covered.Contains(number)).Select(number => $"A{number}"));
    }

    /// <summary>A test that says it proves a case stands in the case's row.</summary>
    [Fact]
    public void Every_test_that_proves_a_case_stands_in_its_row()
    {
        var missing = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Repository.Path("tests"), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match match in Proof().Matches(File.ReadAllText(path)))
            {
                var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
                var name = $"{Path.GetFileNameWithoutExtension(path)}.{match.Groups["test"].Value}";
                if (!Rows(Page).Any(row => Numbers(row.Case).Contains(number) && row.Tests.Contains($"`{name}`", StringComparison.Ordinal)))
                {
                    missing.Add($"A{number}: {name}");
                }
            }
        }

        Assert.Equal([], missing);
    }

    [Fact]
    public void A_row_with_a_missing_test_is_found()
    {
        const string page = """
            | case | what is tried | test |
            |---|---|---|
            | A1–A3 | x | `SecurityPageTests.A_row_with_a_missing_test_is_found` |
            | A4 | y | `SecurityPageTests.No_such_test` |
            | A5 | z | nothing |
            | A6 | z | none: it takes a week |
            """;
        Assert.Equal(["A4: no test `SecurityPageTests.No_such_test`", "A5: neither a test in backticks nor \"none: why\""], Violations(page));
        Assert.Equal([1, 2, 3], Numbers(Rows(page).First().Case));
    }

    static IEnumerable<string> Violations(string page) => Rows(page).SelectMany(row =>
    {
        string[] names = [.. Backticked().Matches(row.Tests).Select(match => match.Groups[1].Value)];
        return names.Length == 0
            ? row.Tests.StartsWith("none: ", StringComparison.Ordinal) ? [] : [$"{row.Case}: neither a test in backticks nor \"none: why\""]
            : names.Where(name => !IsTest(name.Split('.'))).Select(name => $"{row.Case}: no test `{name}`");
    });

    /// <summary>Class.Method: some file has a test class of that name with a public method of that name.</summary>
    static bool IsTest(string[] name) => name.Length == 2 && Sources.Value.Any(source =>
        source.Contains($"class {name[0]}", StringComparison.Ordinal) && Regex.IsMatch(source, $@"\bpublic (?:async )?(?:void|Task) {Regex.Escape(name[1])}\("));

    static IEnumerable<(string Case, string Tests)> Rows(string page) =>
        from line in page.Split('\n')
        let cells = CellEnd().Split(line.Trim().Trim('|')).Select(cell => cell.Trim()).ToArray()
        where cells.Length == 3 && cells[0].StartsWith('A') && char.IsDigit(cells[0].ElementAtOrDefault(1))
        select (cells[0], cells[2]);

    static IEnumerable<int> Numbers(string cases)
    {
        int[] ends = [.. Number().Matches(cases).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex(@"A(\d+)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\[Trait\(""proves"", ""A(?<number>\d+)""\)\](?:\s*\[[^\]]+\])*\s*public (?:async )?(?:void|Task) (?<test>\w+)\(")]
    private static partial Regex Proof();
}
