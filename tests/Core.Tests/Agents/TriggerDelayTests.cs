using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Tests.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Contacts that answer an event of the user: the minutes until then are an action set, drawn, kept, learnt (method §10, Timing).</summary>
public sealed class TriggerDelayTests
{
    static readonly Instant filled = SomeLife.Monday;

    static ProgramDefinition Program(params string[] delays)
    {
        var program = SomeProgram.Of().AlwaysSends().OnlyOver("push");
        return program with
        {
            Trigger = "basket_filled",
            Sets = [.. program.Sets.Where(set => set.Dimension is Dimension.Content or Dimension.Incentive), SomeProgram.Set("delay", Dimension.Delay, delays)],
        };
    }

    static SomeLife Filled(ProgramDefinition program, string agent = "u:ada")
    {
        var life = new SomeLife(SomeProgram.Rules(program), agent).Seen(filled - TimeSpan.FromHours(2));
        life.Observe(filled, SomeEvents.Track("basket_filled", filled));
        return life;
    }

    /// <summary>Every step of a life goes through the stored record, so what is planned here is what a restart finds.</summary>
    [Theory]
    [InlineData("0", 0)]
    [InlineData("15", 15)]
    [InlineData("240", 240)]
    public void A_contact_comes_so_many_minutes_after_the_event(string delay, int minutes)
    {
        var life = Filled(Program(delay));
        life.AdvanceTo(filled + TimeSpan.FromMinutes(minutes));
        var record = life.RecordOf(Assert.Single(life.Decisions).Id);
        Assert.Equal(((filled + TimeSpan.FromMinutes(minutes)).ToString(), "event", "basket_filled"), ((string?)record["decidedAt"], (string?)record["trigger"], (string?)record["event"]));
        Assert.Contains(new Credit("delay", delay), Assert.Single(life.State.Decisions).Credits);
    }

    [Fact]
    public void Every_delay_is_drawn_and_one_event_gives_one_contact()
    {
        string[] delays = ["0", "15", "60", "240"];
        var drawn = Enumerable.Range(0, 40).Select(i =>
        {
            var life = Filled(Program(delays), $"u:{i}");
            life.AdvanceTo(filled);
            life.Observe(filled + TimeSpan.FromMinutes(5), SomeEvents.Track("basket_filled", filled + TimeSpan.FromMinutes(5)));
            life.AdvanceTo(filled + TimeSpan.FromMinutes(6));
            var planned = life.Journal.Where(entry => (string?)entry["kind"] == "planned").ToArray();
            life.AdvanceTo(filled + TimeSpan.FromMinutes(241));
            Assert.InRange(life.Decisions.Count, 1, 2);
            return planned[0]["next"]!["sets"]![0]!["chosen"]!.GetValue<string>();
        }).CountBy(delay => delay).ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.Equal(delays.Order(StringComparer.Ordinal), drawn.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_the_event_nobody_is_contacted_and_an_old_event_is_not_answered()
    {
        var life = new SomeLife(SomeProgram.Rules(Program("0"))).Seen(filled - TimeSpan.FromHours(2));
        life.Observe(filled, SomeEvents.Track("basket_filled", filled - TimeSpan.FromMinutes(61), received: filled));
        life.AdvanceTo(filled + TimeSpan.FromDays(3));
        Assert.Empty(life.Decisions);
    }

    /// <summary>A channel that is slow to take a message changes the delay that was used, and with it what the effect is credited to.</summary>
    [Theory]
    [InlineData(5, "0")]
    [InlineData(8, "15")]
    [InlineData(50, "60")]
    public void The_delay_that_was_really_used_gets_the_credit(int minutes, string credited)
    {
        var program = Program("0", "15", "60", "240") with { ExpiresAfter = TimeSpan.FromHours(12) };
        program = program with { Sets = [.. program.Sets.Select(set => set.Id == "delay" ? set with { Actions = [.. set.Actions.Select(action => action with { Retired = action.Id != "0" })] } : set)] };
        var life = Filled(program);
        life.AdvanceTo(filled);
        var row = Assert.Single(life.Outbox.Values);
        life.Do(filled + TimeSpan.FromMinutes(minutes), step => Handovers.Gate(step, row.DecisionId));
        Assert.Equal([credited], Assert.Single(life.State.Decisions).Credits.Where(credit => credit.Set == "delay").Select(credit => credit.Action));
    }

    /// <summary>All delays are measured from the event on, so that they can be compared; against users with the same event.</summary>
    [Fact]
    public void Its_effect_counts_from_the_event_and_teaches_the_delay()
    {
        var program = Program("60");
        var life = Filled(program);
        life.AdvanceTo(filled + TimeSpan.FromHours(1));
        var row = Assert.Single(life.Outbox.Values);
        life.Do(filled + TimeSpan.FromHours(1), step => Handovers.Gate(step, row.DecisionId));
        life.Do(filled + TimeSpan.FromHours(1), step => Handovers.Complete(step, row.DecisionId, ChannelAnswer.Sent, null, "ok", null));
        var matures = filled + program.Goal.Window + SomeProgram.Grace + TimeSpan.FromMilliseconds(1);
        var state = life.State with { FirstSeen = filled - TimeSpan.FromDays(40), History = life.State.History with { CompleteSince = filled - TimeSpan.FromDays(40) } };
        var step = new AgentStep(state, life.Rules.Knowing(one => Fold(one, matures)), matures);
        Settling.SettleDue(step);
        var receipt = JsonNode.Parse(Assert.Single(step.Effects).Receipt)!;
        Assert.Equal(("identified", new Instant(filled.UnixMilliseconds + 1).ToString()), ((string?)receipt["state"], (string?)receipt["tInt"]));
        Assert.Equal(["60"], step.State.Evidence.Keys.Where(key => key.Set == "delay").Select(key => key.Action));
    }

    [Theory]
    [InlineData("trigger", "null", "/actionSets/0/dimension")]
    [InlineData("actionSets/0/actions/0/id", "\"1441\"", "/actionSets/0/actions/0/id")]
    [InlineData("actionSets/0/actions/0/id", "\"015\"", "/actionSets/0/actions/0/id")]
    [InlineData("actionSets/0/dimension", "\"gap\"", "/actionSets/0/dimension")]
    [InlineData("scheduled", "false", "/trigger")]
    public void What_does_not_fit_together_is_refused(string path, string json, string place)
    {
        var node = ProgramsExample.Node();
        node["trigger"] = "Cart Started";
        node["actionSets"] = new JsonArray([JsonNode.Parse("""{"id":"wait","name":"Wait","dimension":"delay","actions":[{"id":"15"},{"id":"60"}]}"""), .. node["actionSets"]!.AsArray().Where(set => (string?)set!["id"] is "tone" or "channel").Select(set => set!.DeepClone())]);
        Assert.IsType<ProgramParse.Ok>(ProgramsExample.Parse(node));
        JsonNode at = node;
        var parts = path.Split('/');
        foreach (var part in parts[..^1])
        {
            at = int.TryParse(part, out var index) ? at[index]! : at[part]!;
        }

        at[parts[^1]] = JsonNode.Parse(json);
        Assert.Equal(place, Assert.IsType<ProgramParse.Bad>(ProgramsExample.Parse(node)).Errors[0].Pointer);
    }

    static CohortSnapshot Fold(ProgramDefinition program, Instant asOf)
    {
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), asOf, SomeProgram.Grace);
        foreach (var i in Enumerable.Range(1, 6))
        {
            var other = SomeDecisions.Known($"u:other{i}", filled);
            fold.Add(other with { History = other.History with { Events = other.History.Events.Insert(1, new(9, "basket_filled", filled + TimeSpan.FromMinutes(i), null)) } });
        }

        return fold.Finish();
    }
}
