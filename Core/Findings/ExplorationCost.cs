using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>What one decision gave up, in expectation, to learn: the best posterior mean of each set less the mean that its probabilities gave.</summary>
/// <param name="Cost">In the unit of the beliefs; ≥ 0.</param>
/// <param name="Explored">Whether any set was picked uniformly.</param>
/// <remarks>docs/method/3-experiments-off-policy.md, exploration cost.</remarks>
public readonly record struct ExplorationCost(double Cost, bool Explored)
{
    /// <summary>The cost of a recorded decision; null where nothing was drawn.</summary>
    /// <param name="record">A decision's record.</param>
    public static ExplorationCost? Of(JsonObject record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record["drawn"]?.GetValue<bool>() != true || record["sets"] is not JsonArray { Count: > 0 } sets)
        {
            return null;
        }

        var (cost, explored) = (0.0, false);
        foreach (var set in sets)
        {
            var (best, mean, total) = (double.NegativeInfinity, 0.0, 0.0);
            foreach (var candidate in set!["candidates"]!.AsArray())
            {
                if (candidate!["posterior"] is not { } belief || candidate["propensity"] is not { } probability)
                {
                    continue;
                }

                var value = DecisionRecord.ReadBelief(belief).Mean - (candidate["price"]?.GetValue<double>() ?? 0);
                best = Math.Max(best, value);
                mean += probability.GetValue<double>() * value;
                total += probability.GetValue<double>();
            }

            explored |= set["explored"]?.GetValue<bool>() == true;
            cost += total > 0 ? Math.Max(0, best - mean / total) : 0;
        }

        return new ExplorationCost(cost, explored);
    }

    /// <summary>Mean cost of some decisions with Student's interval; not known with fewer than two, or where all cost the same.</summary>
    public static Estimate MeanOf(Moments costs, ConfidenceLevel level) => costs switch
    {
        { N: < 2 } => new Estimate.NotKnown(WhyNotKnown.TooFewUnits),
        { M2: 0 } => new Estimate.NotKnown(WhyNotKnown.NoVariation),
        _ => Estimate.Known.Symmetric(costs.Mean, Math.Sqrt(costs.MeanVariance), level.StudentQuantile(costs.N - 1), level),
    };
}
