namespace Aampe.Agents.Core.Events;

/// <summary>What one occurrence of an event type says about the goal, and what it was estimated from (docs/method.md §2).</summary>
/// <param name="Type">Event type.</param>
/// <param name="Nats">w_e after direction, funnel order, goal floor and cap; in [−cap, cap].</param>
/// <param name="StandardError">First-order standard error of the estimate in nats; null where nothing was estimated (no goal, or no non-goal, in all counts; a goal never counted).</param>
/// <param name="GoalCount">n_e1.</param>
/// <param name="OtherCount">n_e0.</param>
/// <param name="MedianValue">v_50 of positive values, frozen with the version; null when the type carries no values (its multiplier is then 1).</param>
public sealed record EventWeight(string Type, double Nats, double? StandardError, long GoalCount, long OtherCount, double? MedianValue)
{
    /// <summary>Weight in nats; finite.</summary>
    public double Nats { get; init; } = Require.Finite(Nats);

    /// <summary>Median of positive values; &gt; 0 or null.</summary>
    public double? MedianValue { get; init; } = MedianValue is { } median ? Require.Positive(median, nameof(MedianValue)) : null;
}
