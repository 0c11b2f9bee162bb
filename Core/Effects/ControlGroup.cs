using System.Numerics;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>Which untreated users stand for the treated one: who may, and the k nearest of those (docs/method.md §5).</summary>
public static class ControlGroup
{
    /// <summary>How far a control's own trigger may lie from the treated user's: 1 h.</summary>
    public static readonly TimeSpan TriggerReach = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether a user of the stratum may be a control: no agentic intervention within t_Δ of its reference time, observed over both full windows,
    /// and for a triggered surface a trigger of its own near enough.
    /// </summary>
    public static bool IsEligible(ControlUser control, Instant tInt, EffectOptions options)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(options);
        return TryReference(control, tInt, options, out _);
    }

    /// <summary>The k nearest eligible users of a pool, nearest first; fewer where fewer are eligible. Holdout users alone where at least k of them are.</summary>
    /// <param name="tInt">The intervention.</param>
    /// <param name="treated">The user to be near to; never its own neighbour.</param>
    /// <param name="pool">Users of one stratum.</param>
    /// <param name="length">L: the pre window of f1.</param>
    /// <param name="options">k, features, t_Δ.</param>
    public static IReadOnlyList<Neighbour> Nearest(Instant tInt, TreatedUser treated, ReadOnlySpan<ControlUser> pool, TimeSpan length, EffectOptions options)
    {
        ArgumentNullException.ThrowIfNull(treated);
        ArgumentNullException.ThrowIfNull(options);
        return Nearest(new Candidates(treated, pool, new Before(tInt, treated, length, options, Circumstances.Complete)), options);
    }

    /// <summary>The k nearest candidates by their places in the pool.</summary>
    internal static Neighbour[] Nearest(Candidates candidates, EffectOptions options)
    {
        var nearest = candidates.Nearest(options.Neighbours, options.Features == NeighbourFeatures.All ? 0 : 1);
        for (var i = 0; i < nearest.Length; i++)
        {
            nearest[i] = nearest[i] with { Index = candidates.IndexOf(nearest[i].Index) };
        }

        return nearest;
    }

    /// <summary>Breaks ties between equally near controls: a mix of (control, t_int), so that no user is favoured and replays agree.</summary>
    public static ulong TieBreak(ulong controlHash, Instant tInt) =>
        Mix(controlHash ^ BitOperations.RotateLeft((ulong)tInt.UnixMilliseconds * 0x9E3779B97F4A7C15, 32));

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014, constants of Stafford's mix 13).</summary>
    internal static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>The time a control is measured at: t_int, or just after its own nearest trigger. False when it may not be a control.</summary>
    internal static bool TryReference(ControlUser control, Instant tInt, EffectOptions options, out Instant at)
    {
        at = tInt;
        if (options.Surface == Surface.Triggered && !TryTrigger(control, tInt, out at))
        {
            return false;
        }

        var (from, to) = (at - options.Window, at + options.Window);
        return control.ObservedSince <= from
            && !(control.WithdrawnAt < to)
            && !InOrder.AnyWithin(control.Interventions, from, to);
    }

    static bool TryTrigger(ControlUser control, Instant tInt, out Instant at)
    {
        var trigger = new Instant(tInt.UnixMilliseconds - 1);
        var after = InOrder.FirstAtOrAfter(control.Triggers, trigger);
        var nearest = after < control.Triggers.Length ? control.Triggers[after] : Instant.Latest;
        if (after > 0 && trigger - control.Triggers[after - 1] <= nearest - trigger)
        {
            nearest = control.Triggers[after - 1];
        }

        at = new(nearest.UnixMilliseconds + 1);
        return (nearest - trigger).Duration() <= TriggerReach;
    }
}
