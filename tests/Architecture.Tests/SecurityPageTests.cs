namespace Aampe.Agents.Architecture.Tests;

/// <summary>docs/security-tests.md: each case of the attacker's suite has a row, and each row a test that exists or says why there is none.</summary>
public sealed class SecurityPageTests
{
    const int Cases = 45;

    static readonly ProofTable Table = new(File.ReadAllText(Repository.Path("docs", "security-tests.md")), 'A');

    [Fact]
    public void Every_row_names_tests_that_exist_or_says_why_there_is_none() => Exceptions.AssertNone("security page", Table.Violations);

    [Fact]
    public void Every_case_has_a_row()
    {
        var covered = Table.Rows.SelectMany(row => ProofTable.Numbers(row.Case)).ToHashSet();
        Assert.Equal([], Enumerable.Range(1, Cases).Where(number => !covered.Contains(number)).Select(number => $"A{number}"));
    }

    /// <summary>A test that says it proves a case stands in the case's row.</summary>
    [Fact]
    public void Every_test_that_proves_a_case_stands_in_its_row() => Assert.Equal([], Table.Unlisted);

    [Fact]
    public void A_row_with_a_missing_test_is_found()
    {
        var table = new ProofTable(
            """
            | case | what is tried | test |
            |---|---|---|
            | A1–A3 | x | `SecurityPageTests.A_row_with_a_missing_test_is_found` |
            | A4 | y | `SecurityPageTests.No_such_test` |
            | A5 | z | nothing |
            | A6 | z | none: it takes a week |
            """, 'A');
        Assert.Equal(["A4: no test `SecurityPageTests.No_such_test`", "A5: neither a test in backticks nor \"none: why\""], table.Violations);
        Assert.Equal([1, 2, 3], ProofTable.Numbers(table.Rows.First().Case));
    }
}
