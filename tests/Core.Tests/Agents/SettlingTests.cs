using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

public sealed class SettlingTests
{
    static readonly Instant held = SomeLife.Monday;
    static readonly Instant settled = held + TimeSpan.FromDays(4);

    [Fact]
    public void A_user_who_was_held_is_not_among_its_own_controls()
    {
        var program = SomeProgram.Of();
        var ada = Agent("u:ada") with { Decisions = [Hold(program.Id)] };
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        foreach (var agent in (AgentState[])[ada, .. Enumerable.Range(1, 5).Select(i => Agent($"u:other{i}"))])
        {
            fold.Add(agent);
        }

        var snapshot = fold.Finish();
        var step = new AgentStep(ada, SomeProgram.Rules(program).Knowing(_ => snapshot), settled);
        Settling.SettleDue(step);

        var receipt = JsonNode.Parse(Assert.Single(step.Effects).Receipt)!;
        Assert.Equal((6, "identified", 5), (snapshot.Controls.Length, (string?)receipt["state"], (int?)receipt["controls"]!["k"]));
    }

    /// <summary>A fold of the end of the window has not heard of what the controls did late; with it every effect would come out too high.</summary>
    [Fact]
    public void An_effect_waits_for_a_fold_as_late_as_itself()
    {
        var program = SomeProgram.Of();
        var state = Agent("u:ada") with { Decisions = [Hold(program.Id)] };
        var matures = held + program.Goal.Window + SomeProgram.Grace;
        Assert.Empty(Settled(matures, FoldAt(matures - TimeSpan.FromMilliseconds(1))));
        Assert.Single(Settled(matures, FoldAt(matures)));

        IReadOnlyList<FinalEffect> Settled(Instant at, CohortSnapshot cohort)
        {
            var step = new AgentStep(state, SomeProgram.Rules(program).Knowing(_ => cohort), at);
            Settling.SettleDue(step);
            return step.Effects;
        }

        CohortSnapshot FoldAt(Instant asOf)
        {
            var fold = new CohortFold(program, CohortSnapshot.None(program.Id), asOf, SomeProgram.Grace);
            foreach (var other in Enumerable.Range(1, 5))
            {
                fold.Add(Agent($"u:other{other}"));
            }

            return fold.Finish();
        }
    }

    static AgentState Agent(string name) => AgentStep.Create("t", name, "secret") with
    {
        FirstSeen = held - TimeSpan.FromDays(40),
        History = new AgentHistory
        {
            Events = [new UserEvent(1, "app_opened", held - TimeSpan.FromHours(5), null), new UserEvent(2, "order_placed", held + TimeSpan.FromHours(5), null)],
            CompleteSince = held - TimeSpan.FromDays(40),
            Days = DayCounters.Empty,
        },
    };

    static LiveDecision Hold(string program) => new()
    {
        Id = "dec_1",
        Ordinal = 1,
        Program = program,
        Arm = "agentic",
        Stage = DecisionStage.Hold,
        StageAt = held,
        DecidedAt = held,
        ExpiresAt = held,
        TreatedAt = held,
        Context = "active-low",
    };
}
