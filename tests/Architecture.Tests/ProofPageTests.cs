namespace Aampe.Agents.Architecture.Tests;

/// <summary>docs/proofs.md: each thing that sets the product apart has a row, and each row a test that exists or says why there is none.</summary>
public sealed class ProofPageTests
{
    const int Claims = 16;

    static readonly ProofTable Table = new(File.ReadAllText(Repository.Path("docs", "proofs.md")), 'U');

    [Fact]
    public void Every_row_names_tests_that_exist_or_says_why_there_is_none() => Exceptions.AssertNone("page of proofs", Table.Violations);

    [Fact]
    public void Every_claim_has_a_row()
    {
        var covered = Table.Rows.SelectMany(row => ProofTable.Numbers(row.Case)).ToHashSet();
        Assert.Equal([], Enumerable.Range(1, Claims).Where(number => !covered.Contains(number)).Select(number => $"U{number}"));
    }

    [Fact]
    public void Every_test_that_proves_a_claim_stands_in_its_row() => Assert.Equal([], Table.Unlisted);
}
