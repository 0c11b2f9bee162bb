namespace Aampe.Agents.Sim.Tests;

public sealed class MutantTests
{
    [Theory, InlineData("Row"), InlineData("Ledger")]
    public void Each_planted_bug_is_found_by_the_seed_that_is_known_for_it(string design)
    {
        var finds = KnownSeeds.Finds().Where(find => find.Design.ToString() == design).ToList();
        Assert.All(finds, find => Assert.NotNull(Simulation.Run(find.Seed, find.Design, find.Mutant).Failure));
    }

    [Fact]
    public void A_seed_is_known_for_every_planted_bug() => Assert.Empty(Planted().Except(KnownSeeds.Finds().Select(find => (find.Mutant, find.Design))));

    [Fact]
    public void No_planted_bug_needs_more_than_two_thousand_seeds() => Assert.All(KnownSeeds.Finds(), find => Assert.InRange(find.Seed, 1UL, (ulong)KnownSeeds.Most));

    [Fact, Trait("layer", "long")]
    public void Each_planted_bug_is_found_from_seed_one_on() =>
        Assert.All(Planted(), one => Assert.NotNull(KnownSeeds.FirstToFind(one.Mutant, one.Design)));

    static IEnumerable<(Mutant Mutant, Design Design)> Planted() =>
        from design in Enum.GetValues<Design>()
        from mutant in Enum.GetValues<Mutant>()
        where mutant != Mutant.None && design.Has(mutant)
        select (mutant, design);
}
