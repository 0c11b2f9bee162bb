using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Hold's prior is the rate of success of users whom nobody messages (method §10).</summary>
public sealed class HoldRateTests
{
    static readonly Instant asOf = SomeLife.Monday;
    static readonly ProgramDefinition program = SomeProgram.Of().Arms(0, 0, 0, 1);

    // Where a hold would have been: a window and the grace before the fold.
    static readonly Instant at = asOf - SomeProgram.Grace - program.Goal.Window;

    /// <summary>Of 40 users 10 order after that moment and not before: they exceed their neighbours, the others do not.</summary>
    [Fact]
    public void Hold_starts_from_what_holdout_users_do()
    {
        var prior = Fold(program, 40).Prior("active-low", "frequency", "hold");
        Assert.Equal((PriorSource.Untreated, 40), (prior.Source, prior.Users));
        Assert.Equal(10.5 / 41, prior.Beta.Mean, 1e-12);
        Assert.Equal(20, prior.Beta.Alpha + prior.Beta.Beta, 1e-9);
        Assert.Equal(0, prior.Gaussian.Mu, 0.2);
        Assert.Equal(PriorSource.Parent, Fold(program, 40).Prior("active-low", "frequency", "send").Source);
    }

    [Theory]
    [InlineData(9, 0, 1)]
    [InlineData(40, 1, 0)]
    public void Without_ten_holdout_users_nothing_is_said(int users, int agentic, int holdout) =>
        Assert.Equal(new BetaPosterior(1, 1), Fold(program.Arms(agentic, 0, 0, holdout), users).Prior("active-low", "frequency", "hold").Beta);

    /// <summary>Few own holds of the cohort fall back to that rate, not to that of all its sends.</summary>
    [Fact]
    public void It_is_the_parent_of_hold_in_every_context()
    {
        var fold = Fold(program, 40, new EvidenceKey(program.Id, "active-low", "frequency", "hold"));
        var (hold, send) = (fold.Prior("active-low", "frequency", "hold"), fold.Prior("active-low", "frequency", "send"));
        Assert.Equal((PriorSource.Parent, 1), (hold.Source, hold.Users));
        Assert.Equal(10.5 / 41, hold.Beta.Mean, 1e-12);
        Assert.Equal(0.5, send.Beta.Mean, 1e-12);
        Assert.Equal(hold, CohortCodec.Unpack(CohortCodec.Pack(fold)).Prior("active-low", "frequency", "hold"));
    }

    static CohortSnapshot Fold(ProgramDefinition of, int users, EvidenceKey? learnt = null)
    {
        var fold = new CohortFold(of, CohortSnapshot.None(of.Id), asOf, SomeProgram.Grace);
        for (var i = 0; i < users; i++)
        {
            var agent = SomeDecisions.Known($"u:{i}", at);
            var events = agent.History.Events;
            fold.Add(agent with
            {
                History = agent.History with { Events = i % 4 == 0 ? events : [events[0]] },
                Evidence = learnt is { } key && i == 0 ? agent.Evidence.Add(key, default(Evidence).Add(1, 1, 1, asOf, null)) : agent.Evidence,
            });
        }

        return fold.Finish();
    }
}
