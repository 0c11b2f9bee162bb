using Aampe.Agents.Core.Events;

namespace Aampe.Agents.Core.Effects;

/// <summary>
/// What a counted event weighs on average, nats: day counters know goals and other events and no types (docs/method.md §5, baseline).
/// The default is 1 and 1.
/// </summary>
public readonly record struct DayWeights
{
    // Kept less one, so that default(DayWeights) counts every event once.
    readonly double goalLessOne, otherLessOne;

    /// <summary>Weights of counted events.</summary>
    /// <param name="goal">Mean weight of a goal, nats; finite.</param>
    /// <param name="other">Mean weight of another event, nats; finite.</param>
    public DayWeights(double goal, double other)
    {
        goalLessOne = Require.Finite(goal) - 1;
        otherLessOne = Require.Finite(other) - 1;
    }

    /// <summary>Mean weight of a goal, nats.</summary>
    public double Goal => 1 + goalLessOne;

    /// <summary>Mean weight of any other event, nats.</summary>
    public double Other => 1 + otherLessOne;

    /// <summary>Means over the occurrences that a table of weights was counted from; 1 where there were none.</summary>
    /// <param name="weights">The table. What values multiply is left out: the mean of a level that the coefficients scale again.</param>
    /// <param name="goals">Goal events.</param>
    public static DayWeights Of(EventWeights weights, IReadOnlySet<string> goals)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(goals);
        var (goal, other) = (default(Mean), default(Mean));
        foreach (var (type, weight) in weights.Table.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            (goals.Contains(type) ? ref goal : ref other).Add(weight.Nats, weight.GoalCount + weight.OtherCount);
        }

        return new(goal.Value, other.Value);
    }

    /// <summary>Weight of all events of some days, nats.</summary>
    internal double Of(in FourWeekCount days) => Goal * days.Goals + Other * (days.Events - days.Goals);

    struct Mean
    {
        double sum, count;

        public readonly double Value => count > 0 ? sum / count : 1;

        public void Add(double value, double times)
        {
            sum += value * times;
            count += times;
        }
    }
}
