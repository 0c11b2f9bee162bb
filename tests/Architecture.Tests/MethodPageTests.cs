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

    static readonly string[] MethodFolders = ["Events", "Outcomes", "Effects", "Posteriors", "Populations", "Decisions", "Messages", "Experiments"];

    /// <summary>What computes and has no state is an equation: a public static class of the method's folders stands in some row, and with it a test.</summary>
    [Fact]
    public void Every_static_class_of_the_method_stands_in_a_row()
    {
        var named = Directory.EnumerateFiles(Folder, "*.md").SelectMany(path => MethodPage.Rows(File.ReadAllText(path))).SelectMany(row => row.Types).Select(name => name.Split('.')[0]).ToHashSet(StringComparer.Ordinal);
        Exceptions.AssertNone("method row", Repository.TypesOf("Core")
            .Where(type => type is { IsVisible: true, IsAbstract: true, IsSealed: true } && MethodFolders.Any(folder => type.Namespace == $"{Repository.Prefix}Core.{folder}"))
            .Select(type => type.Name).Where(name => !named.Contains(name)));
    }

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
