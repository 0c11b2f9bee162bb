using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Tests.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>What a program's "learning" says is what its agents do.</summary>
public sealed class LearningOptionsTests
{
    static readonly Instant held = SomeLife.Monday;

    [Fact]
    public void Every_option_reaches_the_measurement()
    {
        var effect = RulesOf("""{"success":"standardError","standardErrors":2,"features":"all","overlap":"exclude"}""").Effect;
        Assert.Equal((Threshold.StandardError, 2, NeighbourFeatures.All, OverlapRule.Exclude), (effect.Threshold, effect.StandardErrors, effect.Features, effect.Overlap));
        Assert.Equal(OverlapRule.Ignore, RulesOf("""{"overlap":"ignore"}""").Effect.Overlap);
    }

    /// <summary>Unless told otherwise, programs measure as Core does, the event weights of counted days apart.</summary>
    [Fact]
    public void A_program_that_says_nothing_measures_by_the_defaults()
    {
        var effect = RulesOf("{}").Effect with { Window = EffectOptions.Default.Window, HalfLife = EffectOptions.Default.HalfLife };
        // Features apart: docs/adr/0011 says why.
        Assert.Equal(NeighbourFeatures.WithoutBaseline, effect.Features);
        Assert.Equal(EffectOptions.Default, effect with { DayWeights = EffectOptions.Default.DayWeights, Features = EffectOptions.Default.Features });
    }

    [Fact]
    public void Shared_credit_gives_each_set_its_share_of_the_weight()
    {
        Credit[] credits = [new("frequency", "send"), new("channel", "push"), new("tone", "warm"), new("offer", "none")];
        Assert.All(Learnt(CreditRule.Full, credits), evidence => Assert.Equal(1, evidence.Weight));
        Assert.All(Learnt(CreditRule.Shared, credits), evidence => Assert.Equal((0.25, 0.25, 1), (evidence.Weight, evidence.Count, evidence.Trials)));
    }

    /// <summary>With Beta(1, 1) for both, Send − ½ exceeds Hold with probability ⅛; sampling always, ε = 0.01.</summary>
    [Fact]
    public void A_price_makes_an_agent_hold_more_often()
    {
        var program = SomeProgram.Of();
        Assert.Equal(0.5, HoldPropensity(program), 1e-9);
        Assert.Equal(0.99 * 0.875 + 0.005, HoldPropensity(program with { Learning = program.Learning with { SendPrice = 0.5 } }), 1e-6);
    }

    /// <summary>Twelve users each open once and order twice within the hour of one day: 12 opens and 12 orders are labelled, the last orders are not.</summary>
    [Fact]
    public void A_goal_says_how_its_event_weights_are_estimated()
    {
        var goal = SomeProgram.Of().Goal;
        Assert.Equal((12, 0), CountOf(goal, "app_opened"));
        Assert.Equal((12, 12), CountOf(goal, "order_placed"));
        var daily = goal with { CountingUnit = CountingUnit.UserDay };
        Assert.Equal((0, 12), CountOf(daily, "app_opened"));
        Assert.Equal((0, 12), CountOf(daily, "order_placed"));
        // n₁ = 12, n₀ = 0 of N₁ = 24, N₀ = 15; three types, with what three users do last.
        Assert.Equal(Math.Log((12 * 15 / 24.0 + 0.5) / 0.5), WeightsOf(goal).Table["app_opened"].Nats, 1e-12);
        Assert.Equal(Math.Log(12.5 / 25.5) - Math.Log(0.5 / 16.5), WeightsOf(goal with { WeightPrior = WeightPrior.Symmetric }).Table["app_opened"].Nats, 1e-12);
        Assert.Equal(1, WeightsOf(goal with { LargestWeight = 1 }).Table["app_opened"].Nats);
    }

    static (long Goal, long Other) CountOf(Goal goal, string type) => (WeightsOf(goal).Table[type].GoalCount, WeightsOf(goal).Table[type].OtherCount);

    static EventWeights WeightsOf(Goal goal)
    {
        var program = SomeProgram.Of() with { Goal = goal };
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), held + TimeSpan.FromDays(9), SomeProgram.Grace);
        foreach (var i in Enumerable.Range(1, 12))
        {
            var agent = SomeDecisions.Known($"u:{i}", held);
            fold.Add(agent with { History = agent.History with { Events = [new(1, "app_opened", held, null), new(2, "order_placed", held + TimeSpan.FromMinutes(30), null), new(3, "order_placed", held + TimeSpan.FromHours(1), null), .. i > 3 ? [] : new UserEvent[] { new(4, "app_closed", held + TimeSpan.FromHours(2), null) }] } });
        }

        return fold.Finish().Weights;
    }

    static double HoldPropensity(ProgramDefinition program)
    {
        var life = new SomeLife(SomeProgram.Rules(program)).Seen(held - TimeSpan.FromHours(1));
        var record = life.RecordOf(life.Ask(held).Decision.Id);
        return record["sets"]![0]!["candidates"]!.AsArray().Single(one => (string)one!["action"]! == "hold")!["propensity"]!.GetValue<double>();
    }

    static IEnumerable<Evidence> Learnt(CreditRule rule, Credit[] credits)
    {
        var program = SomeProgram.Of();
        program = program with { Learning = program.Learning with { Credit = rule } };
        var matures = held + program.Goal.Window + SomeProgram.Grace;
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), matures, SomeProgram.Grace);
        foreach (var i in Enumerable.Range(1, 6))
        {
            fold.Add(SomeDecisions.Known($"u:other{i}", held));
        }

        var decision = SomeDecisions.Hold(program.Id, held) with { Credits = [.. credits] };
        var step = new AgentStep(SomeDecisions.Known("u:ada", held) with { Decisions = [decision] }, SomeProgram.Rules(program).Knowing(_ => fold.Finish()), matures);
        Settling.SettleDue(step);
        Assert.Equal(credits.Length, step.State.Evidence.Count);
        return step.State.Evidence.Values;
    }

    static ProgramRules RulesOf(string learning)
    {
        var node = ProgramsExample.Node();
        node["learning"] = JsonNode.Parse(learning);
        var program = Assert.IsType<ProgramParse.Ok>(ProgramJson.Parse(Encoding.UTF8.GetBytes(node.ToJsonString()))).Program;
        return new ProgramRules(program, CohortSnapshot.None(program.Id), SomeProgram.Grace);
    }
}
