namespace Aampe.Agents.Architecture.Tests;

/// <summary>Each row "| equation | type | test |" of docs/method names a type and a test that exist.</summary>
public sealed class MethodPageTests
{
    static readonly string Folder = Repository.Path("docs", "method");

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Folder, "*.md").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Pages))]
    public void Every_equation_names_an_existing_type_and_an_existing_test(string page)
    {
        var rows = MethodPage.Rows(File.ReadAllText(Path.Combine(Folder, page))).ToArray();
        Assert.True(rows.Length > 0, $"{page} has no table with the header | equation | type | test |");
        Exceptions.AssertNone("method page", rows.SelectMany(row => row.Violations(page)));
    }

    [Theory, MemberData(nameof(Pages))]
    public void The_index_names_every_page(string page) =>
        Assert.Contains("method/" + page, File.ReadAllText(Repository.Path("docs", "method.md")), StringComparison.Ordinal);

    [Fact]
    public void A_row_with_a_missing_type_or_test_is_found()
    {
        const string page = """
            | equation | type | test |
            |---|---|---|
            | 1 | `Balance.OfMeans` | `BalanceTests.One_user_has_no_spread_to_compare_with` |
            | 2 | `Balance.OfModes` | `BalanceTests.No_such_test` |
            | 3 | none | `NoSuchTests` |
            """;
        Assert.Equal(
            [
                "p: 2: no type or member `Balance.OfModes`", "p: 2: no test `BalanceTests.No_such_test`",
                "p: 3: the type cell names nothing in backticks", "p: 3: no test `NoSuchTests`",
            ],
            MethodPage.Rows(page).SelectMany(row => row.Violations("p")));
    }
}
