using System.Collections.Immutable;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// An outcome made of a user's events and of those that reach a goal: y = a·events + b·goals. Visits are (1, 0), goals (0, 1), a sum of event
/// weights anything.
/// </summary>
/// <param name="PerEvent">a ≥ 0: what an event counts.</param>
/// <param name="PerGoal">b ≥ 0: what a goal counts beside its event; a + b &gt; 0.</param>
/// <param name="Path">Cells of the behaviour summary, each of another group, that lead from an event to a goal.</param>
/// <remarks>docs/method.md §9b.</remarks>
public sealed record CountedOutcome(double PerEvent, double PerGoal, ImmutableArray<int> Path)
{
    /// <summary>The outcome of these counts.</summary>
    public double Of(double events, double goals) => PerEvent * events + PerGoal * goals;

    /// <summary>Belief about a user's outcome a day without messages: Gamma for the rate of events, Beta for each step to a goal, mixed over types.</summary>
    /// <returns>Mean and variance of the user's own rate.</returns>
    public (double Mean, double Variance) Rate(PopulationPrior prior, in BehaviourSummary summary)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var weights = prior.TypeWeights(summary, out _);
        var (mean, square) = (0.0, 0.0);
        for (var k = 0; k < weights.Length; k++)
        {
            var rate = prior.Types[k].Rate(summary);
            var (first, second) = prior.Types[k].ShareOf(Path.AsSpan(), summary);
            mean += weights[k] * rate.Mean * (PerEvent + PerGoal * first);
            square += weights[k] * (rate.Variance + rate.Mean * rate.Mean) * (PerEvent * PerEvent + 2 * PerEvent * PerGoal * first + PerGoal * PerGoal * second);
        }

        return (mean, Math.Max(0, square - mean * mean));
    }

    /// <summary>Variance of a day's outcome over its expectation.</summary>
    /// <param name="dispersion">Variance of events over their expectation, &gt; 0.</param>
    /// <param name="conversion">Goals an event, 0 to 1.</param>
    /// <remarks>Each event carries a mark m = a, or a + b at a goal: (E m² + (φ − 1)(E m)²)/E m.</remarks>
    public double Noise(double dispersion, double conversion)
    {
        Require.Positive(dispersion);
        Require.Between(conversion, 0, 1);
        var (first, whole) = (PerEvent + PerGoal * conversion, PerEvent + PerGoal);
        var second = PerEvent * PerEvent * (1 - conversion) + whole * whole * conversion;
        return first > 0 ? Math.Max(0, second + (dispersion - 1) * first * first) / first : whole;
    }

    /// <summary>Goals that one more of this outcome stands for.</summary>
    /// <param name="conversion">Goals an event of this user, 0 to 1.</param>
    public double GoalsPerUnit(double conversion) => conversion > 0 ? conversion / (PerEvent + PerGoal * conversion) : PerEvent > 0 ? 0 : 1 / PerGoal;
}
