using Aampe.Agents.Core.Experiments;
using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Findings;

/// <summary>What is known of one action of a set, over the users of a panel.</summary>
/// <param name="Lifecycle">new, active, lapsing or lapsed; empty = all users.</param>
/// <param name="Set">Action set id.</param>
/// <param name="Action">Action id.</param>
/// <param name="Users">Users whose own effects are in it; ≥ 0.</param>
/// <param name="Effects">Effects (of messages, or of days for the joint model) in it, forgotten ones less; ≥ 0.</param>
/// <param name="Mean">Mean effect: nats a message, or for the joint model outcomes a message above the mean of its set.</param>
/// <param name="Variance">Variance of <paramref name="Mean"/>; null = fewer than two users.</param>
public sealed record ActionFinding(string Lifecycle, string Set, string Action, int Users, double Effects, double Mean, double? Variance)
{
    /// <summary>Share of effects that were successes, undiscounted; null where the model knows none.</summary>
    public double? SuccessShare { get; init; }

    /// <summary>Standard deviation of the effect between users, as agents' prior has it; null = not known.</summary>
    public double? Spread { get; init; }

    /// <summary>e²: error variance of one contrast of the joint model, whose actions of a set lean against each other; null = actions are measured apart.</summary>
    public double? ContrastVariance { get; init; }

    /// <summary>The mean with its interval, normal.</summary>
    public Estimate Interval(ConfidenceLevel level) => Variance is { } variance && variance > 0
        ? Estimate.Known.Symmetric(Mean, Math.Sqrt(variance), level.NormalQuantile, level)
        : new Estimate.NotKnown(WhyNotKnown.TooFewUnits);

    /// <summary>This action less another of its set, in its unit, with the variance of that; null where either is not known.</summary>
    /// <remarks>docs/method/3-experiments-off-policy.md, findings: of orthonormal contrasts two actions differ with twice the variance of one.</remarks>
    public (double Difference, double Variance)? Less(ActionFinding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Set != other.Set || Variance is not { } mine || other.Variance is not { } theirs)
        {
            return null;
        }

        return (Mean - other.Mean, ContrastVariance is { } contrast ? Math.Max(2 * contrast, mine + theirs) : mine + theirs);
    }

    /// <summary>Probability that this action does better than another of its set; null where it is not known.</summary>
    public double? BetterThan(ActionFinding other) =>
        Less(other) is { Variance: > 0 } difference ? Normal.CDF(0, Math.Sqrt(difference.Variance), difference.Difference) : null;
}
