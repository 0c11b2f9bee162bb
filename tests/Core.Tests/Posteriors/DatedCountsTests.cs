using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Tests.Agents;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Posteriors;

/// <summary>Whole-number counts for the cohort's prior: of the last 90 days, undiscounted (method §9).</summary>
public sealed class DatedCountsTests
{
    static readonly Gen<DatedCount> count = Gen.Select(Gen.Int[20_000, 20_080], Gen.Int[1, 5], Gen.Int[0, 1]).Select((day, trials, wins) => new DatedCount(day, trials, wins));

    [Fact]
    public void The_order_in_which_effects_come_does_not_matter() =>
        Gen.Select(count.Array[0, 20], Gen.Int[0, 999]).Sample((all, seed) =>
        {
            var shuffled = all.OrderBy(one => Core.Canonical.StableHash.Of($"{seed}/{one}"));
            return Of(all) == Of(shuffled) && Of(all) == Of(all[..(all.Length / 2)]).Merge(Of(all[(all.Length / 2)..])) && Of(all).Since(0).Trials == all.Sum(one => one.Trials);
        });

    [Fact]
    public void What_is_taken_out_again_leaves_nothing() =>
        Assert.Equal(default, default(DatedCounts).Add(20_000, 2, 1).Add(20_000, -2, -1));

    [Fact]
    public void Days_that_are_over_are_not_kept()
    {
        var counts = default(DatedCounts).Add(20_000, 2, 1).Add(20_090, 1, 1);
        Assert.Equal((3, 2), counts.Since(0));
        Assert.Equal([20_090, 20_091], counts.Add(20_091, 1, 0).Days.Select(day => day.Day));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(90, 1)]
    [InlineData(91, 0)]
    public void An_effect_counts_for_90_days_in_the_prior_of_its_cohort(int age, int users)
    {
        var (program, now) = (SomeProgram.Of(), SomeLife.Monday);
        var key = new EvidenceKey(program.Id, "active-low", "tone", "warm");
        var evidence = default(Evidence).Add(1, 0.5, 1, now - TimeSpan.FromDays(age), null);
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), now, SomeProgram.Grace);
        fold.Add(SomeDecisions.Known("u:ada", now) with { Evidence = ImmutableSortedDictionary<EvidenceKey, Evidence>.Empty.Add(key, evidence) });
        Assert.Equal(users, fold.Finish().Prior(key.Context, key.Set, key.Action).Users);
    }

    /// <summary>Evidence is forgotten by halves, counts are whole until their day is over.</summary>
    [Fact]
    public void Counts_are_not_discounted()
    {
        var at = SomeLife.Monday;
        var later = default(Evidence).Add(1, 0.5, 1, at, null).DecayedTo(at + TimeSpan.FromDays(60), TimeSpan.FromDays(30));
        Assert.Equal((0.25, (1, 1)), (later.Successes, later.Dated.Since(0)));
    }

    static DatedCounts Of(IEnumerable<DatedCount> all) => all.Aggregate(default(DatedCounts), (sum, one) => sum.Add(one.Day, one.Trials, one.Wins));
}
