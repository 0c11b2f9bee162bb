using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>The stratum of a control: market and lifecycle, then market, then all (method §5).</summary>
public sealed class MarketTests
{
    static readonly Instant held = SomeLife.Monday;
    static readonly Instant settled = held + TimeSpan.FromDays(4);

    static readonly ProgramDefinition program = SomeProgram.Of() with { Learning = SomeProgram.Of().Learning with { Market = "country" } };

    /// <summary>All order at the same hour, those of the other market twice: the effect tells whom the user was compared with.</summary>
    [Theory]
    [InlineData(5, true, 0, 0)]
    [InlineData(5, false, 1, 0)]
    [InlineData(4, true, 2, -1)]
    public void Controls_come_from_the_own_market_where_it_has_enough(int compatriots, bool active, int stratum, int sign)
    {
        var ada = From("u:ada", "FR") with { Decisions = [SomeDecisions.Hold(program.Id, held)] };
        var step = new AgentStep(ada, SomeProgram.Rules(program).Knowing(_ => Fold(compatriots, active)), settled);
        Settling.SettleDue(step);
        var receipt = JsonNode.Parse(Assert.Single(step.Effects).Receipt)!;
        Assert.Equal(("identified", stratum), ((string?)receipt["state"], (int?)receipt["controls"]!["stratum"]));
        Assert.Equal(sign, Math.Sign(Math.Round((double)receipt["deltaY"]!, 9)));
    }

    [Fact]
    public void Markets_survive_storage_and_are_unknown_in_older_folds()
    {
        var fold = Fold(5, true);
        Assert.Equal(fold.Controls.Select(control => control.Market), CohortCodec.Unpack(CohortCodec.Pack(fold)).Controls.Select(control => control.Market));
        var older = CohortCodec.Pack(fold);
        older[0] = 2;
        Assert.All(CohortCodec.Unpack(older).Controls, control => Assert.Equal("", control.Market));
    }

    static CohortSnapshot Fold(int compatriots, bool active)
    {
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        foreach (var i in Enumerable.Range(1, compatriots))
        {
            var one = From($"u:fr{i}", "FR");
            // Without the visit of three days ago one is no longer active: only the wider stratum of the market holds it.
            fold.Add(active ? one : one with { History = one.History with { Events = one.History.Events.RemoveAt(0) } });
        }

        foreach (var i in Enumerable.Range(1, 9))
        {
            var one = From($"u:de{i}", "DE");
            fold.Add(one with { History = one.History with { Events = one.History.Events.Add(new(3, "order_placed", held + TimeSpan.FromHours(6), null)) } });
        }

        return fold.Finish();
    }

    static AgentState From(string name, string country)
    {
        var agent = SomeDecisions.Known(name, held);
        return agent with
        {
            Attributes = agent.Attributes.Add("country", $"\"{country}\""),
            History = agent.History with { Events = agent.History.Events.Insert(0, new(8, "app_opened", held - TimeSpan.FromHours(84), null)) },
        };
    }
}
