using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>The users of a pool who may be controls of one intervention, and what they and the treated user were like before it.</summary>
sealed class Candidates
{
    const int Width = BehaviourFeatures.Count;
    const long DayMilliseconds = 86_400_000;

    readonly Before before;
    readonly int[] index;
    readonly Instant[] at;
    readonly BaselineDays[] days;
    readonly double[] features, usual;
    readonly ulong[] ties;
    readonly bool[] holdout;
    readonly double[] target = new double[Width];

    /// <param name="before">What the treated user's own past allows to compare.</param>
    public Candidates(TreatedUser treated, ReadOnlySpan<ControlUser> pool, in Before before)
    {
        this.before = before;
        index = new int[pool.Length];
        at = new Instant[pool.Length];
        days = new BaselineDays[pool.Length];
        features = new double[pool.Length * Width];
        usual = new double[pool.Length];
        ties = new ulong[pool.Length];
        holdout = new bool[pool.Length];
        for (var i = 0; i < pool.Length; i++)
        {
            var control = pool[i];
            if (control.Hash == treated.Hash || !before.TryReference(control, out at[Count], out days[Count]))
            {
                continue;
            }

            Fill(features.AsSpan(Count * Width, Width), control.Events.Span, control.Days, control.FirstSeen, at[Count], days[Count]);
            usual[Count] = before.Usual(control.Days, days[Count]);
            ties[Count] = ControlGroup.TieBreak(control.Hash, before.TInt);
            holdout[Count] = control.Holdout;
            Holdouts += control.Holdout ? 1 : 0;
            index[Count++] = i;
        }

        Fill(target, treated.Events.Span, treated.Days, treated.FirstSeen, before.TInt, before.Days);
        TargetUsual = before.Usual(treated.Days, before.Days);
    }

    /// <summary>How many may be controls.</summary>
    public int Count { get; }

    /// <summary>How many of them are never messaged by design.</summary>
    public int Holdouts { get; }

    /// <summary>f1 … f7 of the treated user.</summary>
    public ReadOnlySpan<double> Target => target;

    /// <summary>The treated user's long baseline over the window, nats.</summary>
    public double TargetUsual { get; }

    /// <summary>f1 … f7 of a candidate.</summary>
    public ReadOnlySpan<double> Features(int candidate) => features.AsSpan(candidate * Width, Width);

    /// <summary>A candidate's long baseline over the window, nats.</summary>
    public double Usual(int candidate) => usual[candidate];

    public bool IsHoldout(int candidate) => holdout[candidate];

    /// <summary>Place of a candidate in the pool.</summary>
    public int IndexOf(int candidate) => index[candidate];

    /// <summary>When a candidate is measured.</summary>
    public Instant At(int candidate) => at[candidate];

    /// <summary>The days of a candidate that count.</summary>
    public BaselineDays DaysOf(int candidate) => days[candidate];

    /// <summary>The k nearest candidates, nearest first; holdout users alone where at least k of them are.</summary>
    public Neighbour[] Nearest(int k, int skip) => FeatureSpace.Nearest(
        target, features.AsSpan(0, Count * Width), ties.AsSpan(0, Count), Holdouts >= k ? holdout.AsSpan(0, Count) : [], k, skip);

    /// <summary>The k other candidates nearest to a candidate, nearest first.</summary>
    public Neighbour[] NearestTo(int candidate, int k, int skip)
    {
        var others = new bool[Count];
        others.AsSpan().Fill(true);
        others[candidate] = false;
        return FeatureSpace.Nearest(Features(candidate), features.AsSpan(0, Count * Width), ties.AsSpan(0, Count), others, k, skip);
    }

    void Fill(Span<double> into, ReadOnlySpan<WeightedEvent> events, DayCounters days, Instant firstSeen, Instant at, BaselineDays counted)
    {
        var pre = before.Reached ? 0 : Outcome.Measure(events, new(at - before.Length, at), at, before.Options.HalfLife).Value;
        // A long baseline and a regression have days of their own: what happens by chance in pre is none of them.
        var seen = !before.Counted && before.Options.Features == NeighbourFeatures.BeforeTheWindow ? at - before.Length : at;
        var four = seen == at ? days.Sum(counted) : days.Sum28(seen);
        BehaviourFeatures.Fill(into, pre, four, Math.Max(1, counted.Count), LastEvent(events, days, seen), firstSeen, seen);
        if (before.Roused)
        {
            into[2] = 0;
        }
    }

    // A control's events reach back a few days only, its day counters four weeks: where they know a later day, the end of that day stands in.
    static Instant? LastEvent(ReadOnlySpan<WeightedEvent> events, DayCounters days, Instant at)
    {
        var next = Outcome.FirstAtOrAfter(events, at);
        Instant? last = next > 0 ? events[next - 1].At : null;
        return days.LastDayBefore(at) is { } day && !(last?.UtcDay >= day) ? new((day + 1) * DayMilliseconds - 1) : last;
    }
}
