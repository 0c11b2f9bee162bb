using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Core.Privacy;

/// <summary>The numbers of a cohort that a receipt shows before and after an erasure: all digits, so that the smallest change is seen.</summary>
public static class PriorTable
{
    /// <summary>Most rows of a kind.</summary>
    public const int Most = 60;

    /// <summary>Priors per cell, weights per event, and the population of the joint model.</summary>
    /// <param name="cohort">The fold.</param>
    /// <param name="left">The fold that took its place: names of events that are not in it any more may have been one person's alone, and are not told.</param>
    public static JsonObject Of(CohortSnapshot cohort, CohortSnapshot left)
    {
        ArgumentNullException.ThrowIfNull(cohort);
        ArgumentNullException.ThrowIfNull(left);
        return new JsonObject
        {
            ["users"] = cohort.Panel,
            ["priors"] = Json.Array(cohort.Priors.OrderBy(pair => pair.Key).Take(Most).Select(pair => (JsonNode?)new JsonObject
            {
                ["context"] = pair.Key.Context,
                ["set"] = pair.Key.Set,
                ["action"] = pair.Key.Action,
                ["mean"] = pair.Value.Beta.Mean,
                ["strength"] = pair.Value.Beta.Strength,
                ["users"] = pair.Value.Users,
            })),
            ["weights"] = Json.Array(cohort.Weights.Table.Values.Where(weight => left.Weights.Knows(weight.Type)).OrderBy(weight => weight.Type, StringComparer.Ordinal).Take(Most).Select(weight => (JsonNode?)new JsonObject { ["event"] = weight.Type, ["nats"] = weight.Nats, ["count"] = weight.GoalCount + weight.OtherCount })),
            ["eventsNoLongerKnown"] = cohort.Weights.Table.Keys.Count(type => !left.Weights.Knows(type)),
            ["population"] = cohort.Population is { } population
                ? new JsonObject { ["users"] = population.Users, ["agents"] = population.Agents, ["weekendShare"] = population.WeekendShare, ["logEvidence"] = population.LogEvidence }
                : null,
        };
    }
}
