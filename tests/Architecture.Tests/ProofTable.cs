using System.Globalization;
using System.Text.RegularExpressions;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>A page with a table of what is claimed and the tests that show it: numbered rows of one letter, tests in backticks as <c>Class.Method</c>.</summary>
/// <param name="page">The page's text.</param>
/// <param name="letter">Letter before the numbers: A for attacks, U for what sets the product apart.</param>
sealed partial class ProofTable(string page, char letter)
{
    static readonly Lazy<(string Path, string Text)[]> Sources = new(() => [.. Directory.EnumerateFiles(Repository.Path("tests"), "*.cs", SearchOption.AllDirectories).Select(path => (path, File.ReadAllText(path)))]);

    /// <summary>Rows of three cells: the case, what it says, its tests.</summary>
    public IEnumerable<(string Case, string Tests)> Rows =>
        from line in page.Split('\n')
        let cells = CellEnd().Split(line.Trim().Trim('|')).Select(cell => cell.Trim()).ToArray()
        where cells.Length == 3 && cells[0].StartsWith(letter) && char.IsDigit(cells[0].ElementAtOrDefault(1))
        select (cells[0], cells[2]);

    /// <summary>Rows without a test that do not say why there is none, and tests that do not exist.</summary>
    public IEnumerable<string> Violations => Rows.SelectMany(row =>
    {
        string[] names = [.. Backticked().Matches(row.Tests).Select(match => match.Groups[1].Value)];
        return names.Length == 0
            ? row.Tests.StartsWith("none: ", StringComparison.Ordinal) ? [] : [$"{row.Case}: neither a test in backticks nor \"none: why\""]
            : names.Where(name => !IsTest(name.Split('.'))).Select(name => $"{row.Case}: no test `{name}`");
    });

    /// <summary>Tests that say by a trait that they prove a case and do not stand in its row.</summary>
    public IEnumerable<string> Unlisted =>
        from source in Sources.Value
        from proof in Proof().Matches(source.Text)
        where proof.Groups["letter"].Value[0] == letter
        let number = int.Parse(proof.Groups["number"].Value, CultureInfo.InvariantCulture)
        let name = $"{Path.GetFileNameWithoutExtension(source.Path)}.{proof.Groups["test"].Value}"
        where !Rows.Any(row => Numbers(row.Case).Contains(number) && row.Tests.Contains($"`{name}`", StringComparison.Ordinal))
        select $"{letter}{number}: {name}";

    /// <summary>Numbers of a case: <c>A3–A5</c> is three of them.</summary>
    public static IEnumerable<int> Numbers(string cases)
    {
        int[] ends = [.. Number().Matches(cases).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }

    /// <summary>Class.Method: some file has a test class of that name with a public method of that name.</summary>
    static bool IsTest(string[] name) => name.Length == 2 && Sources.Value.Any(source =>
        source.Text.Contains($"class {name[0]}", StringComparison.Ordinal) && Regex.IsMatch(source.Text, $@"\bpublic (?:async )?(?:void|Task) {Regex.Escape(name[1])}\("));

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex(@"[AU](\d+)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\[Trait\(""proves"", ""(?<letter>[AU])(?<number>\d+)""\)\](?:\s*\[[^\]]+\])*\s*public (?:async )?(?:void|Task) (?<test>\w+)\(")]
    private static partial Regex Proof();
}
