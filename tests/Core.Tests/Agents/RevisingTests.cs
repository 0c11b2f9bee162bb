using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Events that come after an effect was learnt: with the option the agent knows in the end what it would know had they come in time.</summary>
public sealed class RevisingTests
{
    static readonly Instant held = SomeLife.Monday;
    static readonly Instant settled = held + TimeSpan.FromHours(78);

    [Theory]
    [InlineData(PosteriorKind.Beta)]
    [InlineData(PosteriorKind.Gaussian)]
    public void A_late_event_leaves_what_an_event_in_time_would_have_left(PosteriorKind kind)
    {
        var program = Program(7) with { Learning = Program(7).Learning with { Posterior = kind } };
        // The same fold, so that only the events differ: a newer one has newer weights.
        var late = Lived(program, TimeSpan.FromDays(2), settled);
        var inTime = Lived(program, TimeSpan.FromHours(-20), settled);
        Assert.Equal(1, late.Journal.Count(entry => (string?)entry["kind"] == "effectRevised"));
        var (a, b) = (Assert.Single(late.State.Evidence.Values), Assert.Single(inTime.State.Evidence.Values));
        var at = settled + TimeSpan.FromDays(3);
        (a, b) = (a.DecayedTo(at, TimeSpan.FromDays(30)), b.DecayedTo(at, TimeSpan.FromDays(30)));
        Assert.Equal((b.Trials, b.Wins, b.Dated), (a.Trials, a.Wins, a.Dated));
        Assert.Equal(b.Successes, a.Successes, 1e-12);
        Assert.Equal(b.Failures, a.Failures, 1e-12);
        Assert.Equal(b.Count, a.Count, 1e-12);
        Assert.Equal(b.MeanEffect, a.MeanEffect, 1e-12);
        Assert.Equal(Assert.Single(inTime.State.RecentEffects).Value, Assert.Single(late.State.RecentEffects).Value, 1e-12);
        Assert.Single(late.Effects);
    }

    /// <summary>The joint model learns from days: an effect that taught no evidence has none to take back.</summary>
    [Fact]
    public void A_joint_program_takes_back_no_evidence_that_it_never_gave()
    {
        var program = Program(7) with { Learning = Program(7).Learning with { Posterior = PosteriorKind.Joint } };
        var life = Lived(program, TimeSpan.FromDays(2), settled);
        Assert.Equal(1, life.Journal.Count(entry => (string?)entry["kind"] == "effectRevised"));
        Assert.Empty(life.State.Evidence);
    }

    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(7, 6, 1)]
    public void Nothing_is_revised_unless_asked_or_after_its_days(int reviseDays, int lateDays, int revisions)
    {
        var life = Lived(Program(reviseDays), TimeSpan.FromDays(lateDays), settled + TimeSpan.FromDays(lateDays));
        Assert.Equal(revisions, life.Journal.Count(entry => (string?)entry["kind"] == "effectRevised"));
        life.AdvanceTo(settled + TimeSpan.FromDays(9));
        Assert.Empty(life.State.Revisable);
    }

    static ProgramDefinition Program(int reviseDays)
    {
        var program = SomeProgram.Of() with { Scheduled = false };
        return program with { Learning = program.Learning with { ReviseDays = reviseDays } };
    }

    // An order one hour after the hold, which arrives so long after the effect was learnt.
    static SomeLife Lived(ProgramDefinition program, TimeSpan late, Instant folded)
    {
        var rules = SomeProgram.Rules(program);
        var credited = SomeDecisions.Hold(program.Id, held) with { Credits = [new("frequency", "hold")] };
        var life = new SomeLife(rules, "u:ada", SomeDecisions.Known("u:ada", held) with { Decisions = [credited], ActedAt = held });
        var order = SomeEvents.Track("order_placed", held + TimeSpan.FromHours(1), "late", received: settled + late);
        if (late < TimeSpan.Zero)
        {
            life.Observe(settled + late, order);
        }

        life.Rules = rules.Knowing(one => Fold(one, settled));
        life.AdvanceTo(settled);
        if (late > TimeSpan.Zero)
        {
            life.Rules = rules.Knowing(one => Fold(one, folded));
            life.Observe(settled + late, order);
            life.AdvanceTo(settled + late);
        }

        return life;
    }

    static CohortSnapshot Fold(ProgramDefinition program, Instant asOf)
    {
        var first = Folded(program, CohortSnapshot.None(program.Id), settled);
        return asOf == settled ? first : Folded(program, first, asOf);
    }

    static CohortSnapshot Folded(ProgramDefinition program, CohortSnapshot before, Instant asOf)
    {
        var fold = new CohortFold(program, before, asOf, SomeProgram.Grace);
        foreach (var i in Enumerable.Range(1, 6))
        {
            fold.Add(SomeDecisions.Known($"u:other{i}", held));
        }

        return fold.Finish();
    }
}
