using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <content>The rule, from an intervention to its effect.</content>
public abstract partial record Effect
{
    /// <summary>The effect against neighbours that were already chosen; those that are not eligible are left out, and with fewer than k_min left the user's own weeks are used.</summary>
    /// <param name="tInt">The instant the message was handed to its channel.</param>
    /// <param name="treated">The user.</param>
    /// <param name="neighbours">The controls, nearest first.</param>
    /// <param name="stratumVariance">s0²: variance of untreated ΔY in the stratum, ≥ 0; null when it is not known.</param>
    /// <param name="options">Windows, decay, k_min, overlap.</param>
    /// <param name="weightsVersion">Version of the weights behind all events given; that of <see cref="Events.EventWeights.None"/> gives NoWeights.</param>
    public static Effect Measure(Instant tInt, TreatedUser treated, ReadOnlySpan<ControlUser> neighbours, double? stratumVariance, EffectOptions options, long weightsVersion) =>
        Measure(tInt, treated, neighbours, [], stratumVariance, options, weightsVersion, Circumstances.Complete);

    /// <summary>The same with weighted controls and with what is known about delivery and ingestion.</summary>
    /// <param name="tInt">The instant the message was handed to its channel.</param>
    /// <param name="treated">The user.</param>
    /// <param name="neighbours">The controls, nearest first.</param>
    /// <param name="controlWeights">q_c ≥ 0 of each control, scaled to sum to 1 over those eligible; empty for equal weights.</param>
    /// <param name="stratumVariance">s0², or null.</param>
    /// <param name="options">Windows, decay, k_min, overlap.</param>
    /// <param name="weightsVersion">Version of the weights behind all events given.</param>
    /// <param name="circumstances">Watermark, refusal, outages.</param>
    public static Effect Measure(
        Instant tInt,
        TreatedUser treated,
        ReadOnlySpan<ControlUser> neighbours,
        ReadOnlySpan<double> controlWeights,
        double? stratumVariance,
        EffectOptions options,
        long weightsVersion,
        Circumstances circumstances)
    {
        ArgumentNullException.ThrowIfNull(treated);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(circumstances);
        // Controls that were chosen already are what the effect is measured against.
        var trial = new Trial(tInt, treated, options with { Adjust = false }, weightsVersion, circumstances, stratumVariance);
        return trial.Obstacle is { } why ? new NotIdentified(why) : trial.Settle(neighbours, controlWeights, radius: 0, stratum: 0);
    }

    /// <summary>The effect against the k nearest eligible users of one stratum.</summary>
    public static Effect MeasureNearest(
        Instant tInt, TreatedUser treated, ReadOnlyMemory<ControlUser> pool, double? stratumVariance, EffectOptions options, long weightsVersion, Circumstances circumstances) =>
        MeasureNearest(tInt, treated, [pool], stratumVariance, options, weightsVersion, circumstances);

    /// <summary>
    /// The effect against the k nearest eligible users of the first stratum that has k_min of them; where none has, against the user's own weeks. With
    /// <see cref="EffectOptions.Adjust"/> against what a regression on the first stratum with users enough expects, and where none has enough as before.
    /// </summary>
    /// <param name="tInt">The instant the message was handed to its channel (or the decision to hold).</param>
    /// <param name="treated">The user, with day counters and first sight for the features.</param>
    /// <param name="strata">Pools, narrowest first: exact stratum, without lifecycle, without market.</param>
    /// <param name="stratumVariance">s0², or null.</param>
    /// <param name="options">All of them.</param>
    /// <param name="weightsVersion">Version of the weights behind all events given.</param>
    /// <param name="circumstances">Watermark, refusal, outages.</param>
    public static Effect MeasureNearest(
        Instant tInt,
        TreatedUser treated,
        ReadOnlySpan<ReadOnlyMemory<ControlUser>> strata,
        double? stratumVariance,
        EffectOptions options,
        long weightsVersion,
        Circumstances circumstances) =>
        MeasureNearest(tInt, treated, strata, stratumVariance, options, weightsVersion, circumstances, null);

    /// <summary>The same, where many users are measured at one moment against one pool.</summary>
    internal static Effect MeasureNearest(
        Instant tInt,
        TreatedUser treated,
        ReadOnlySpan<ReadOnlyMemory<ControlUser>> strata,
        double? stratumVariance,
        EffectOptions options,
        long weightsVersion,
        Circumstances circumstances,
        SharedCandidates? shared)
    {
        ArgumentNullException.ThrowIfNull(treated);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(circumstances);
        var trial = new Trial(tInt, treated, options, weightsVersion, circumstances, stratumVariance);
        if (trial.Obstacle is { } why)
        {
            return new NotIdentified(why);
        }

        if (options.Adjust)
        {
            return MeasureAdjusted(trial, strata, shared)
                ?? MeasureNearest(tInt, treated, strata, stratumVariance, options with { Adjust = false }, weightsVersion, circumstances, shared);
        }

        for (var i = 0; i < strata.Length; i++)
        {
            var pool = strata[i].Span;
            var nearest = ControlGroup.Nearest(new Candidates(treated, pool, trial.Before, shared), options);
            if (nearest.Length >= options.FewestNeighbours)
            {
                return trial.Settle(Pick(pool, nearest), [], nearest[^1].Distance, i);
            }
        }

        return trial.SettleBySelf();
    }

    static Identified? MeasureAdjusted(in Trial trial, ReadOnlySpan<ReadOnlyMemory<ControlUser>> strata, SharedCandidates? shared)
    {
        for (var i = 0; trial.Before.Why is null && i < strata.Length; i++)
        {
            if (trial.SettleAdjusted(strata[i].Span, i, shared) is { } adjusted)
            {
                return adjusted;
            }
        }

        return null;
    }

    static ControlUser[] Pick(ReadOnlySpan<ControlUser> pool, Neighbour[] nearest)
    {
        var picked = new ControlUser[nearest.Length];
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = pool[nearest[i].Index];
        }

        return picked;
    }
}
