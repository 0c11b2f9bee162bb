using System.Reflection;
using System.Text.RegularExpressions;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>The tables of a page of docs/method whose header is | equation | type | test |.</summary>
static partial class MethodPage
{
    const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    static readonly Lazy<ILookup<string, Type>> Types = new(() =>
        Repository.Projects.SelectMany(Repository.TypesOf).ToLookup(type => type.Name.Split('`')[0], StringComparer.Ordinal));

    static readonly Lazy<HashSet<string>> Tests = new(() => [.. Directory
        .EnumerateFiles(Repository.Path("tests"), "*.cs", SearchOption.AllDirectories).SelectMany(path => TestsIn(File.ReadAllText(path)))]);

    internal sealed record Row(string Equation, string[] Types, string[] Tests)
    {
        internal IEnumerable<string> Violations(string page) =>
        [
            .. Types.Length == 0 ? [$"{page}: {Equation}: the type cell names nothing in backticks"] : Array.Empty<string>(),
            .. Types.Where(name => !TypeExists(name.Split('.'))).Select(name => $"{page}: {Equation}: no type or member `{name}`"),
            .. Tests.Length == 0 ? [$"{page}: {Equation}: the test cell names nothing in backticks"] : Array.Empty<string>(),
            .. Tests.Where(name => !MethodPage.Tests.Value.Contains(name)).Select(name => $"{page}: {Equation}: no test `{name}`"),
        ];
    }

    internal static IEnumerable<Row> Rows(string page)
    {
        var inTable = false;
        foreach (var line in page.Split('\n'))
        {
            // A | inside backticks is written \| in a table.
            var cells = CellEnd().Split(line.Trim().Trim('|')).Select(cell => cell.Trim()).ToArray();
            var isRow = line.TrimStart().StartsWith('|') && cells.Length == 3;
            if (isRow && inTable && !cells[0].StartsWith("--", StringComparison.Ordinal))
            {
                yield return new(cells[0], Names(cells[1]), Names(cells[2]));
            }

            inTable = isRow && (inTable || cells is ["equation", "type", "test"]);
        }
    }

    static string[] Names(string cell) => [.. Backticked().Matches(cell).Select(match => match.Groups[1].Value)];

    /// <summary>Namespace.Type.Nested.Member, any tail of it: some part is a type and the next, if any, its member.</summary>
    static bool TypeExists(string[] parts) => Enumerable.Range(0, parts.Length).Any(at =>
        Types.Value[Plain(parts[at])].Any(type => at == parts.Length - 1 || (at == parts.Length - 2 && type.GetMember(Plain(parts[^1]), Any).Length > 0)));

    static string Plain(string name) => name.Split('<', '(')[0];

    /// <summary>Class and Class.Method for each method behind [Fact] or [Theory].</summary>
    static IEnumerable<string> TestsIn(string source)
    {
        var name = "";
        foreach (Match match in ClassOrTest().Matches(source))
        {
            name = match.Groups["class"].Success ? match.Groups["class"].Value : name;
            if (match.Groups["test"].Success)
            {
                yield return name;
                yield return $"{name}.{match.Groups["test"].Value}";
            }
        }
    }

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex(@"\bclass (?<class>\w+)|\[(?:Fact|Theory)[\],(][^{;]*?\bpublic (?:async )?(?:void|Task|ValueTask) (?<test>\w+)\(")]
    private static partial Regex ClassOrTest();
}
