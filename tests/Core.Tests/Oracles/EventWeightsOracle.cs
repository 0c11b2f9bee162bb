using System.Text.Json;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Reference event-weights.json: numpy, labels by scanning all pairs of events. Tolerance 1e-9 relative, 1e-12 absolute.</summary>
public class EventWeightsOracle
{
    const double Relative = 1e-9, Absolute = 1e-12;

    public static TheoryData<string> Ids => ReferenceFile.Cases("event-weights");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_case_agrees(string id)
    {
        var one = ReferenceFile.Case("event-weights", id);
        var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
        if (input.TryGetProperty("multiplier", out var multiplier))
        {
            AgreesOnMultiplier(multiplier, expected);
            return;
        }

        var counts = input.TryGetProperty("shards", out var shards) ? OfShards(shards) : OfLog(input);
        AgreesOnCounts(expected, counts);
        AgreesOnStages(expected, counts);
        AgreesOnFinal(input, expected, counts);
    }

    static void AgreesOnMultiplier(JsonElement input, JsonElement expected)
    {
        double? value = input.GetProperty("value") is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
        var ours = ValueMultiplier.Of(value, input.GetProperty("median").GetDouble(), input.GetProperty("limit").GetDouble());
        ReferenceFile.Close(expected.GetProperty("multiplier"), ours, Relative, Absolute, "multiplier");
    }

    static void AgreesOnCounts(JsonElement expected, EventCounts counts)
    {
        Assert.Equal(expected.GetProperty("goalTotal").GetInt64(), counts.GoalTotal);
        Assert.Equal(expected.GetProperty("notGoalTotal").GetInt64(), counts.OtherTotal);
        var table = expected.GetProperty("counts").EnumerateObject().ToDictionary(entry => entry.Name, entry => Count(entry.Value));
        Assert.Equal(table.Where(entry => entry.Value != default).OrderBy(entry => entry.Key, StringComparer.Ordinal), counts);
    }

    static void AgreesOnStages(JsonElement expected, EventCounts counts)
    {
        var (goals, others) = (counts.GoalTotal, counts.OtherTotal);
        var identified = goals > 0 && others > 0;
        foreach (var (type, count) in counts)
        {
            var b = identified ? WeightEstimate.BaseRate(count, goals, others, 0.5) : 0;
            double? s = identified ? WeightEstimate.Symmetric(count, goals, others, 0.5, counts.Count) : null;
            double? e = identified ? WeightEstimate.StandardError(count, goals, others, 0.5, WeightPrior.BaseRate) : null;
            ReferenceFile.Close(expected.GetProperty("baseRate").GetProperty(type), b, Relative, Absolute, "baseRate " + type);
            ReferenceFile.Close(expected.GetProperty("symmetric").GetProperty(type), s, Relative, Absolute, "symmetric " + type);
            ReferenceFile.Close(expected.GetProperty("standardError").GetProperty(type), e, Relative, Absolute, "standardError " + type);
        }
    }

    static void AgreesOnFinal(JsonElement input, JsonElement expected, EventCounts counts)
    {
        var weights = EventWeights.Estimate(counts, Goals(input), Options(input), new Dictionary<string, double>(), version: 1);
        var final = expected.GetProperty("final").EnumerateObject().ToArray();
        Assert.Equal(final.Select(entry => entry.Name).Order(StringComparer.Ordinal), weights.Table.Keys.Order(StringComparer.Ordinal));
        foreach (var entry in final)
        {
            ReferenceFile.Close(entry.Value, weights.Table[entry.Name].Nats, Relative, Absolute, "final " + entry.Name);
            var error = expected.GetProperty("standardError").TryGetProperty(entry.Name, out var known) ? known : JsonSerializer.SerializeToElement<double?>(null);
            ReferenceFile.Close(error, weights.Table[entry.Name].StandardError, Relative, Absolute, "standardError " + entry.Name);
        }

        Assert.Equal(counts.GoalTotal > 0 && counts.OtherTotal > 0, weights.Identified);
    }

    static EventWeightOptions Options(JsonElement input) => new()
    {
        Directions = input.TryGetProperty("direction", out var directions)
            ? directions.EnumerateObject().ToDictionary(entry => entry.Name, entry => Enum.Parse<Direction>(entry.Value.GetString()!))
            : new Dictionary<string, Direction>(),
        Funnel = input.TryGetProperty("funnel", out var funnel) ? [.. funnel.EnumerateArray().Select(step => step.GetString()!)] : [],
    };

    static HashSet<string> Goals(JsonElement input) => [.. input.GetProperty("goals").EnumerateArray().Select(goal => goal.GetString()!)];

    static EventCounts OfShards(JsonElement shards) => shards.EnumerateArray()
        .Select(shard => new EventCounts(shard.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, Count(entry.Value)))))
        .Aggregate(EventCounts.Empty, (all, shard) => all.Merge(shard));

    static EventCount Count(JsonElement count) => new(count.GetProperty("goal").GetInt64(), count.GetProperty("notGoal").GetInt64());

    static EventCounts OfLog(JsonElement input)
    {
        var tau = TimeSpan.FromMilliseconds(input.GetProperty("tau").GetInt64());
        var watermark = new Instant(input.GetProperty("watermark").GetInt64());
        var ids = new Dictionary<string, ulong>();
        var counts = EventCounts.Empty;
        foreach (var user in input.GetProperty("log").EnumerateArray().GroupBy(row => row[0].GetString()))
        {
            var events = user.Select(row => new UserEvent(IdOf(ids, row[1].GetString()!), row[2].GetString()!, new(row[3].GetInt64()), null)).ToArray();
            Array.Sort(events, UserEvent.Order);
            counts = counts.Merge(EventCounts.OfUser(events, Goals(input), tau, Instant.Earliest, watermark));
        }

        return counts;
    }

    static ulong IdOf(Dictionary<string, ulong> ids, string name) => ids.TryGetValue(name, out var id) ? id : ids[name] = (ulong)ids.Count;
}
