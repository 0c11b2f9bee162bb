using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Core.Privacy;

/// <summary>The numbers of a cohort that a receipt shows before and after an erasure: all digits, so that the smallest change is seen.</summary>
public static class PriorTable
{
    /// <summary>Most rows of a kind.</summary>
    public const int Most = 60;

    /// <summary>Priors per cell, weights per event, and the population of the joint model.</summary>
    public static JsonObject Of(CohortSnapshot cohort)
    {
        ArgumentNullException.ThrowIfNull(cohort);
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
            ["weights"] = Json.Array(cohort.Weights.Table.Values.OrderBy(weight => weight.Type, StringComparer.Ordinal).Take(Most).Select(weight => (JsonNode?)new JsonObject { ["event"] = weight.Type, ["nats"] = weight.Nats, ["count"] = weight.GoalCount + weight.OtherCount })),
            ["population"] = cohort.Population is { } population
                ? new JsonObject { ["users"] = population.Users, ["agents"] = population.Agents, ["weekendShare"] = population.WeekendShare, ["logEvidence"] = population.LogEvidence }
                : null,
        };
    }
}
