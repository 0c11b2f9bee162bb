namespace Aampe.Agents.Sim.Tests;

public sealed class HistoryTests
{
    const int Quick = 60;
    const int Long = 2_000;

    [Theory, InlineData("Row"), InlineData("Ledger")]
    public void The_same_seed_gives_the_same_history(string design)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var (first, second) = (Of(seed, design), Of(seed, design));
            Assert.Equal((first.Hash, first.Steps), (second.Hash, second.Steps));
        }
    }

    [Fact]
    public void Reading_along_does_not_change_the_history()
    {
        using var lines = new StringWriter();
        Assert.Equal(Of(3, "Row").Hash, Simulation.Run(3, Design.Row, lines: lines).Hash);
        Assert.Contains("commit", lines.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_that_failed_once_hold_now() =>
        Assert.Empty(KnownSeeds.Regressions().Select(one => Told(one.Seed, one.Design)).OfType<string>());

    [Theory, InlineData("Row"), InlineData("Ledger")]
    [Trait("proves", "R1"), Trait("proves", "R2"), Trait("proves", "R4"), Trait("proves", "R5"), Trait("proves", "R7"), Trait("proves", "R8"), Trait("proves", "R9")]
    [Trait("proves", "R10"), Trait("proves", "R11"), Trait("proves", "R12"), Trait("proves", "R20"), Trait("proves", "R21")]
    public void No_promise_breaks_in_a_share_of_seeds(string design) => Assert.Empty(Broken(design, 1, Quick));

    [Theory, InlineData("Row"), InlineData("Ledger"), Trait("layer", "long")]
    public void No_promise_breaks_in_two_thousand_seeds_and_every_interesting_state_is_reached(string design)
    {
        var sometimes = new HashSet<string>(StringComparer.Ordinal);
        Assert.Empty(Broken(design, 1, Long, sometimes));
        Assert.Empty(States.Of(Enum.Parse<Design>(design)).Except(sometimes));
    }

    static List<string> Broken(string design, ulong from, int count, HashSet<string>? sometimes = null)
    {
        var broken = new List<string>();
        for (var seed = from; seed < from + (ulong)count; seed++)
        {
            var outcome = Of(seed, design);
            sometimes?.UnionWith(outcome.Sometimes.Keys);
            if (outcome.Failure is { } failure)
            {
                broken.Add($"seed {seed} {design}: {failure}");
            }
        }

        return broken;
    }

    static string? Told(ulong seed, Design design) => Simulation.Run(seed, design).Failure is { } failure ? $"seed {seed} {design}: {failure}" : null;

    static Outcome Of(ulong seed, string design) => Simulation.Run(seed, Enum.Parse<Design>(design));
}
