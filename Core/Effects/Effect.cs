using System.Collections.Immutable;
using Aampe.Agents.Core.Outcomes;

namespace Aampe.Agents.Core.Effects;

/// <summary>
/// The effect of one intervention on one user: ΔY of equation 2 (docs/method.md §5), or why there is none. A decision has exactly one in the end.
/// </summary>
public abstract partial record Effect
{
    Effect()
    {
    }

    /// <summary>A measured effect.</summary>
    /// <param name="Value">ΔY in nats: the treated user's difference minus the mean difference of the controls.</param>
    /// <param name="Variance">Var(ΔY) = s̃²·(1 + 1/k), or v + h·σ̂² where adjusted, nats²; null when neither the controls nor the stratum tell it.</param>
    /// <param name="Pre">What the treated user did before: over the window, or with a long baseline what a window holds at the rate of its days.</param>
    /// <param name="Post">What the treated user did after.</param>
    /// <param name="Controls">k: number of controls, or of own weeks; where adjusted, of the users fitted.</param>
    /// <param name="ControlMean">Mean of the controls' differences; where adjusted, the difference expected of the treated user, Ŷ − Y_pre.</param>
    /// <param name="ControlVariance">s_C², divisor k − 1; null for k = 1. Where adjusted σ̂², divisor n − p; null where all users did the same.</param>
    /// <param name="Radius">Distance of the furthest neighbour; 0 where neighbours were given, or for own weeks.</param>
    /// <param name="ControlPre">Mean of the controls' outcomes before.</param>
    /// <param name="ControlPost">Mean of the controls' outcomes after.</param>
    /// <param name="Length">L of both windows.</param>
    /// <param name="CarryOver">Whether an earlier message's tail reaches into pre.</param>
    /// <param name="BySelf">Whether the user's own earlier weeks stood in for controls.</param>
    /// <param name="ControlDifferences">
    /// Each control's (or own week's) difference, nearest (or latest) first. Where adjusted, <paramref name="ControlMean"/> and each fitted user's surprise, on
    /// the scale of the treated user.
    /// </param>
    /// <param name="ControlsHash">64-bit hash over the controls used, in order; 0 for own weeks.</param>
    /// <param name="WeightsVersion">The version of the event weights behind every outcome here.</param>
    public sealed record Identified(
        double Value,
        double? Variance,
        Outcome Pre,
        Outcome Post,
        int Controls,
        double ControlMean,
        double? ControlVariance,
        double Radius,
        double ControlPre,
        double ControlPost,
        TimeSpan Length,
        bool CarryOver,
        bool BySelf,
        ImmutableArray<double> ControlDifferences,
        ulong ControlsHash,
        long WeightsVersion) : Effect
    {
        /// <summary>Root of the variance, nats; null when it is unknown.</summary>
        public double? StandardError => Variance is { } variance ? Math.Sqrt(variance) : null;

        /// <summary>Y_post − Y_pre of the treated user.</summary>
        public double TreatedDifference => Post.Value - Pre.Value;

        /// <summary>Which of the strata given the controls came from: 0 the narrowest, growing as it was widened.</summary>
        public int Stratum { get; init; }

        /// <summary>Whether a regression told what to expect, rather than the neighbours' mean.</summary>
        public bool Adjusted { get; init; }

        /// <summary>Untreated days that a long baseline or a regression rests on; 0 where neither was used.</summary>
        public int BaselineDays { get; init; }

        /// <summary>
        /// Limits that hold the effect: ΔY less what chance did to the controls, by ranks and so for outcomes of any shape. Exact where treated and controls come
        /// from one population, since the treated user's surprise then has any rank among theirs with equal chance.
        /// </summary>
        /// <param name="level">Share of effects to be held; above 0 and below 1.</param>
        /// <returns>In nats; null where the controls are too few to tell: fewer than 2/(1 − level) − 1.</returns>
        public (double Low, double High)? Interval(double level)
        {
            var tail = (1 - (Require.Positive(level) < 1 ? level : throw new ArgumentOutOfRangeException(nameof(level), level, $"level must be > 0 and < 1; was {level}."))) / 2;
            // 0.05 · 20 is 1 and not the number just below it that doubles make of it.
            var below = (int)Math.Floor(tail * (ControlDifferences.Length + 1) + 1e-9);
            if (below == 0)
            {
                return null;
            }

            var sorted = ControlDifferences.Sort();
            return (TreatedDifference - sorted[^below], TreatedDifference - sorted[below - 1]);
        }
    }

    /// <summary>No value, and nothing may be learnt from it.</summary>
    /// <param name="Why">The first reason that holds.</param>
    public sealed record NotIdentified(WhyNot Why) : Effect;
}
