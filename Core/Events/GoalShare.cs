namespace Aampe.Agents.Core.Events;

/// <summary>One of several goals that a program weighs together: Y = Σ_g λ_g·Y^g (docs/method.md §1). Since Y is linear in the weights, the events are weighed once with Σ λ_g·w^g.</summary>
/// <param name="Weights">The event weights towards this goal.</param>
/// <param name="Share">λ_g ≥ 0.</param>
public sealed record GoalShare(EventWeights Weights, double Share)
{
    /// <summary>λ_g ≥ 0.</summary>
    public double Share { get; init; } = Require.NotNegative(Share);

    /// <summary>Weighs events towards several goals at once. An event is kept when its type is known to any of the tables.</summary>
    /// <param name="goals">The goals; their shares sum to 1.</param>
    /// <param name="events">Events in <see cref="UserEvent.Order"/>.</param>
    /// <exception cref="ArgumentException">The shares do not sum to 1 within 1e-9.</exception>
    public static WeightedEvent[] Weigh(ReadOnlySpan<GoalShare> goals, ReadOnlySpan<UserEvent> events)
    {
        var total = 0.0;
        foreach (var goal in goals)
        {
            total += goal.Share;
        }

        if (Math.Abs(total - 1) > 1e-9)
        {
            throw new ArgumentException($"Shares of goals must sum to 1; they sum to {total}.", nameof(goals));
        }

        var weighted = new List<WeightedEvent>(events.Length);
        foreach (ref readonly var e in events)
        {
            if (TryWeigh(goals, e, out var weight))
            {
                weighted.Add(new(e.At, weight));
            }
        }

        return [.. weighted];
    }

    static bool TryWeigh(ReadOnlySpan<GoalShare> goals, in UserEvent e, out double weight)
    {
        weight = 0;
        var known = false;
        foreach (var goal in goals)
        {
            known |= goal.Weights.Knows(e.Type);
            weight += goal.Share * goal.Weights.WeightOf(e);
        }

        return known;
    }
}
