using System.Collections.Immutable;
using System.Text.Json;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Reads users, events and weights as the reference files of outcomes and effects spell them.</summary>
static class EffectCase
{
    public static Instant At(JsonElement parent, string name) => new(parent.GetProperty(name).GetInt64());

    public static TimeSpan Span(JsonElement parent, string name) => TimeSpan.FromMilliseconds(parent.GetProperty(name).GetInt64());

    public static double? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number ? found.GetDouble() : null;

    public static HalfLife HalfLife(JsonElement input) =>
        Number(input, "halfLife") is { } milliseconds ? new(TimeSpan.FromMilliseconds(milliseconds)) : Outcomes.HalfLife.Infinite;

    public static EventWeights Weights(JsonElement input) => new(
        version: 1,
        input.GetProperty("weights").EnumerateObject().Select(weight => new EventWeight(
            weight.Name, weight.Value.GetDouble(), null, 1, 1, input.TryGetProperty("median", out var medians) ? Number(medians, weight.Name) : null)),
        Number(input, "limit") ?? 3);

    public static WeightedEvent[] Events(JsonElement list, EventWeights weights)
    {
        var ids = new Dictionary<string, ulong>();
        var events = new List<UserEvent>();
        foreach (var one in list.EnumerateArray().OrderBy(one => one.GetProperty("t").GetInt64()).ThenBy(one => one.GetProperty("id").GetString(), StringComparer.Ordinal))
        {
            if (ids.TryAdd(one.GetProperty("id").GetString()!, (ulong)ids.Count))
            {
                events.Add(new((ulong)ids.Count, one.GetProperty("type").GetString()!, At(one, "t"), Number(one, "value")));
            }
        }

        return weights.Weigh(events.ToArray());
    }

    public static TreatedUser Treated(JsonElement user, EventWeights weights) =>
        new(Events(user.GetProperty("events"), weights), At(user, "firstSeen"), Withdrawn(user), Interventions(user));

    public static ControlUser Control(JsonElement user, EventWeights weights, ulong hash) => new(
        user.GetProperty("id").GetString()!, hash, Events(user.GetProperty("events"), weights), At(user, "firstSeen"), Withdrawn(user), Interventions(user),
        Holdout: false, At(user, "firstSeen"), DayCounters.Empty);

    static Instant? Withdrawn(JsonElement user) => Number(user, "withdrawnAt") is { } at ? new((long)at) : null;

    static ImmutableArray<Instant> Interventions(JsonElement user) =>
        [.. user.GetProperty("interventions").EnumerateArray().Select(at => new Instant(at.GetInt64())).Order()];
}
