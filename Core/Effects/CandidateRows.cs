using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>The users of a pool who may be controls of one intervention, row after row: what each was like before it.</summary>
sealed class CandidateRows
{
    public const int Width = BehaviourFeatures.Count;
    const long DayMilliseconds = 86_400_000;

    readonly int[] index;
    readonly Instant[] at;
    readonly BaselineDays[] days;
    readonly double[] features, usual;
    readonly ulong[] ties, hashes;
    readonly bool[] holdout;

    CandidateRows(int most)
    {
        index = new int[most];
        at = new Instant[most];
        days = new BaselineDays[most];
        features = new double[most * Width];
        usual = new double[most];
        ties = new ulong[most];
        hashes = new ulong[most];
        holdout = new bool[most];
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are never messaged by design.</summary>
    public int Holdouts { get; private set; }

    /// <summary>Place of each in the pool.</summary>
    public ReadOnlySpan<int> Index => index.AsSpan(0, Count);

    /// <summary>When each is measured.</summary>
    public ReadOnlySpan<Instant> At => at.AsSpan(0, Count);

    /// <summary>The days of each that count.</summary>
    public ReadOnlySpan<BaselineDays> Days => days.AsSpan(0, Count);

    /// <summary>f1 … f7 of each.</summary>
    public ReadOnlySpan<double> Features => features.AsSpan(0, Count * Width);

    /// <summary>Long baseline of each over the window, nats.</summary>
    public ReadOnlySpan<double> Usual => usual.AsSpan(0, Count);

    /// <summary>What decides between equally near ones.</summary>
    public ReadOnlySpan<ulong> Ties => ties.AsSpan(0, Count);

    /// <summary>Who is never messaged by design.</summary>
    public ReadOnlySpan<bool> Holdout => holdout.AsSpan(0, Count);

    /// <summary>The rows of a pool.</summary>
    /// <param name="pool">Users.</param>
    /// <param name="before">What the treated user's own past allows to compare.</param>
    /// <param name="without">Hash of the treated user, who is nobody's control; null = all of the pool.</param>
    public static CandidateRows Of(ReadOnlySpan<ControlUser> pool, in Before before, ulong? without)
    {
        var rows = new CandidateRows(pool.Length);
        for (var i = 0; i < pool.Length; i++)
        {
            var control = pool[i];
            if (control.Hash == without || !before.TryReference(control, out var at, out var days))
            {
                continue;
            }

            var row = rows.Count++;
            (rows.index[row], rows.at[row], rows.days[row], rows.hashes[row], rows.holdout[row]) = (i, at, days, control.Hash, control.Holdout);
            Fill(rows.features.AsSpan(row * Width, Width), before, control.Events.Span, control.Days, control.FirstSeen, at, days);
            rows.usual[row] = before.Usual(control.Days, days);
            rows.ties[row] = ControlGroup.TieBreak(control.Hash, before.TInt);
            rows.Holdouts += control.Holdout ? 1 : 0;
        }

        return rows;
    }

    /// <summary>The same rows without those of one user.</summary>
    public CandidateRows Without(ulong hash)
    {
        var own = hashes.AsSpan(0, Count).IndexOf(hash);
        if (own < 0)
        {
            return this;
        }

        var rows = new CandidateRows(Count);
        for (var (from, to) = (0, own); from < Count; from = to + 1, to = from + Next(from, hash))
        {
            rows.Add(this, from, to - from);
        }

        return rows;
    }

    /// <summary>f1 … f7 of a user.</summary>
    public static void Fill(Span<double> into, in Before before, ReadOnlySpan<WeightedEvent> events, DayCounters days, Instant firstSeen, Instant at, BaselineDays counted)
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

    int Next(int from, ulong hash) => from >= Count ? 0 : hashes.AsSpan(from, Count - from).IndexOf(hash) is var at and >= 0 ? at : Count - from;

    void Add(CandidateRows source, int from, int count)
    {
        source.index.AsSpan(from, count).CopyTo(index.AsSpan(Count));
        source.at.AsSpan(from, count).CopyTo(at.AsSpan(Count));
        source.days.AsSpan(from, count).CopyTo(days.AsSpan(Count));
        source.features.AsSpan(from * Width, count * Width).CopyTo(features.AsSpan(Count * Width));
        source.usual.AsSpan(from, count).CopyTo(usual.AsSpan(Count));
        source.ties.AsSpan(from, count).CopyTo(ties.AsSpan(Count));
        source.hashes.AsSpan(from, count).CopyTo(hashes.AsSpan(Count));
        source.holdout.AsSpan(from, count).CopyTo(holdout.AsSpan(Count));
        Holdouts += source.holdout.AsSpan(from, count).Count(true);
        Count += count;
    }

    // A control's events reach back a few days only, its day counters four weeks: where they know a later day, the end of that day stands in.
    static Instant? LastEvent(ReadOnlySpan<WeightedEvent> events, DayCounters days, Instant at)
    {
        var next = Outcome.FirstAtOrAfter(events, at);
        Instant? last = next > 0 ? events[next - 1].At : null;
        return days.LastDayBefore(at) is { } day && !(last?.UtcDay >= day) ? new((day + 1) * DayMilliseconds - 1) : last;
    }
}
