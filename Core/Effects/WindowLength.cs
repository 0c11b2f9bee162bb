using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>L: how long the two windows of an intervention are, given the user's other interventions (docs/method.md §5, overlap).</summary>
public static class WindowLength
{
    /// <summary>
    /// L = min(t_Δ, t_next − t_int, t_int − t_prev), without t_prev for a long baseline, or t_Δ under <see cref="OverlapRule.Ignore"/>. The message of t_next is not known at t_int: L is settled at maturity.
    /// </summary>
    /// <param name="tInt">The intervention.</param>
    /// <param name="previous">The agentic intervention before it; null if none.</param>
    /// <param name="next">The one after it; null if none so far.</param>
    /// <param name="options">t_Δ, shortest window, rule.</param>
    /// <param name="carryOver">True when an earlier message's tail reaches into pre: the bias is then against sending more.</param>
    /// <returns>L; null (Overlap) when it is shorter than allowed, or shrunk at all under <see cref="OverlapRule.Exclude"/>.</returns>
    public static TimeSpan? Of(Instant tInt, Instant? previous, Instant? next, EffectOptions options, out bool carryOver)
    {
        ArgumentNullException.ThrowIfNull(options);
        carryOver = previous is { } p && tInt - p < options.Window;
        var length = Available(tInt, previous, next, options);
        var allowed = options.Overlap == OverlapRule.Truncate
            ? length == options.Window || length >= options.ShortestWindow
            : length == options.Window;
        return allowed ? length : null;
    }

    /// <summary>When the effect can be computed: t_int + L + grace on the clock. It only moves earlier as further interventions become known.</summary>
    public static Instant MaturesAt(Instant tInt, Instant? previous, Instant? next, EffectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return tInt + Available(tInt, previous, next, options) + options.Grace;
    }

    /// <summary>L before anything is found too short.</summary>
    internal static TimeSpan Available(Instant tInt, Instant? previous, Instant? next, EffectOptions options)
    {
        var length = options.Window;
        if (options.Overlap == OverlapRule.Ignore)
        {
            return length;
        }

        if (next is { } n && n - tInt < length)
        {
            length = n - tInt;
        }

        // A long baseline ends before the earlier message, so that message shortens nothing.
        return options.Baseline == Baseline.Window && previous is { } p && tInt - p < length ? tInt - p : length;
    }
}
