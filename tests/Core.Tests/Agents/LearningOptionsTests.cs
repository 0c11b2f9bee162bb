using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Effects;
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
        Assert.Equal(EffectOptions.Default, effect with { DayWeights = EffectOptions.Default.DayWeights });
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
