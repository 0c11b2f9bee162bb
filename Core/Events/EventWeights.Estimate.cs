namespace Aampe.Agents.Core.Events;

/// <content>From counts to weights.</content>
public sealed partial class EventWeights
{
    /// <summary>
    /// Estimates a table: smoothed log ratios, then in this order declared direction, funnel order, goal floor and cap (docs/method.md §2).
    /// Without any goal (or without any non-goal) nothing is identified: weights are 0 and goals have their minimum.
    /// </summary>
    /// <param name="counts">Counts of all users over the trailing 28 days.</param>
    /// <param name="goals">Types that are goals; each gets an entry, counted or not.</param>
    /// <param name="options">Prior, cap, floor, directions, funnel.</param>
    /// <param name="medianValues">v_50 &gt; 0 by type, for the types that carry values.</param>
    /// <param name="version">Number of the new table; ≥ 1.</param>
    public static EventWeights Estimate(EventCounts counts, IReadOnlySet<string> goals, EventWeightOptions options, IReadOnlyDictionary<string, double> medianValues, long version)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(medianValues);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        var nats = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var errors = new Dictionary<string, double>(StringComparer.Ordinal);
        Estimate(counts, options, nats, errors);
        ApplyDirections(nats, goals, options);
        ApplyFunnel(nats, errors, options.Funnel);
        RaiseGoals(nats, goals, options.GoalMinimum);
        return new(version, nats.Select(entry => new EventWeight(
            entry.Key,
            Math.Clamp(entry.Value, -options.Cap, options.Cap),
            errors.TryGetValue(entry.Key, out var error) ? error : null,
            counts[entry.Key].Goal,
            counts[entry.Key].Other,
            medianValues.TryGetValue(entry.Key, out var median) ? median : null)));
    }

    static void Estimate(EventCounts counts, EventWeightOptions options, SortedDictionary<string, double> nats, Dictionary<string, double> errors)
    {
        var (goals, others) = (counts.GoalTotal, counts.OtherTotal);
        var identified = goals > 0 && others > 0;
        foreach (var (type, count) in counts)
        {
            if (!identified)
            {
                nats[type] = 0;
                continue;
            }

            nats[type] = options.Prior == WeightPrior.Symmetric
                ? WeightEstimate.Symmetric(count, goals, others, options.Alpha, counts.Count)
                : WeightEstimate.BaseRate(count, goals, others, options.Alpha);
            errors[type] = WeightEstimate.StandardError(count, goals, others, options.Alpha, options.Prior);
        }
    }

    static void ApplyDirections(SortedDictionary<string, double> nats, IReadOnlySet<string> goals, EventWeightOptions options)
    {
        foreach (var type in nats.Keys.ToArray())
        {
            var declared = goals.Contains(type) ? Direction.Positive : options.Directions.GetValueOrDefault(type, Direction.Estimated);
            nats[type] = declared switch
            {
                Direction.Positive => Math.Max(0, nats[type]),
                Direction.Negative => Math.Min(0, nats[type]),
                _ => nats[type],
            };
        }
    }

    static void ApplyFunnel(SortedDictionary<string, double> nats, Dictionary<string, double> errors, IReadOnlyList<string> funnel)
    {
        var steps = funnel.Where(errors.ContainsKey).ToArray();
        var values = Array.ConvertAll(steps, step => nats[step]);
        IsotonicFit.Apply(values, Array.ConvertAll(steps, step => 1 / (errors[step] * errors[step])));
        for (var i = 0; i < steps.Length; i++)
        {
            nats[steps[i]] = values[i];
        }
    }

    // A goal never counts for less than the step that announces it, however rare repeat goals are.
    static void RaiseGoals(SortedDictionary<string, double> nats, IReadOnlySet<string> goals, double minimum)
    {
        var floor = minimum;
        foreach (var (type, value) in nats)
        {
            floor = goals.Contains(type) ? floor : Math.Max(floor, value);
        }

        foreach (var goal in goals)
        {
            nats[goal] = Math.Max(nats.GetValueOrDefault(goal, floor), floor);
        }
    }
}
