using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Events may come late, in any order and in any parcels: as long as they come within the grace, the effect is the same to the last bit.</summary>
public sealed class LatenessTests
{
    static readonly Instant held = SomeLife.Monday;
    static readonly Instant settled = held + TimeSpan.FromHours(78);
    static readonly string[] names = ["app_opened", "product_viewed", "basket_filled", "order_placed"];

    static readonly Gen<IncomingEvent[]> events = Gen.Select(Gen.Int[0, 3], Gen.Int[-71 * 60, 71 * 60]).Array[1, 25].Select(all => all
        .Select((one, i) => SomeEvents.Track(names[one.Item1], held + TimeSpan.FromMinutes(one.Item2), $"m{i}", offset: i, received: settled - TimeSpan.FromMinutes(5))).ToArray());

    [Fact]
    public void Order_and_parcels_of_arrival_do_not_change_an_effect() =>
        Gen.Select(events, Gen.Int[0, int.MaxValue], Gen.Int[1, 9]).Sample((all, seed, size) =>
        {
            var shuffled = all.OrderBy(e => Core.Canonical.StableHash.Of($"{seed}", e.MessageId!)).Select((e, i) => e with { Offset = i }).ToArray();
            return Receipt([all]).ToJsonString() == Receipt(shuffled.Chunk(size)).ToJsonString();
        }, iter: 150, seed: "0000observe3");

    [Fact]
    public void The_effect_is_one_of_what_came_and_not_a_constant() =>
        Assert.NotEqual((double)Receipt([[Order(5)]])["deltaY"]!, (double)Receipt([[Order(-5)]])["deltaY"]!);

    /// <summary>An event that comes after the effect was settled stays in the history and leaves the receipt as it is.</summary>
    [Fact]
    public void An_event_after_the_grace_does_not_change_what_was_settled()
    {
        var step = Settle([[Order(5)]]);
        var evidence = step.State.Evidence;
        var later = new AgentStep(step.State, step.Rules, settled + TimeSpan.FromDays(1));
        Observing.Apply(later, 1, 0, [Order(7) with { MessageId = "late", Offset = 99 }]);
        Settling.SettleDue(later);
        Assert.Empty(later.Effects);
        Assert.Equal(evidence, later.State.Evidence);
        Assert.Equal(step.State.History.Events.Length + 1, later.State.History.Events.Length);
    }

    static JsonNode Receipt(IEnumerable<IncomingEvent[]> parcels) => JsonNode.Parse(Assert.Single(Settle(parcels).Effects).Receipt)!;

    static AgentStep Settle(IEnumerable<IncomingEvent[]> parcels)
    {
        var program = SomeProgram.Of();
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        foreach (var i in Enumerable.Range(1, 6))
        {
            fold.Add(Seen($"u:other{i}", [[.. names.Select((name, at) => SomeEvents.Track(name, held + TimeSpan.FromHours(9 * i - 30 + at), $"o{at}", offset: at))]]).State);
        }

        var rules = SomeProgram.Rules(program).Knowing(_ => fold.Finish());
        var state = Seen("u:ada", parcels).State with { Decisions = [SomeDecisions.Hold(program.Id, held)] };
        var step = new AgentStep(state, rules, settled);
        Settling.SettleDue(step);
        return step;
    }

    static AgentStep Seen(string name, IEnumerable<IncomingEvent[]> parcels)
    {
        var rules = SomeProgram.Rules(SomeProgram.Of());
        var known = AgentStep.Create("t", name, "secret");
        var state = known with { FirstSeen = held - TimeSpan.FromDays(40), History = known.History with { CompleteSince = held - TimeSpan.FromDays(40), Days = DayCounters.Empty } };
        var step = new AgentStep(state, rules, settled - TimeSpan.FromMinutes(5));
        foreach (var parcel in parcels)
        {
            Observing.Apply(step, 1, 0, parcel);
        }

        return step;
    }

    static IncomingEvent Order(double hours) => SomeEvents.Track("order_placed", held + TimeSpan.FromHours(hours), "order", received: settled - TimeSpan.FromMinutes(5));
}
