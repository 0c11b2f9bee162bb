using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>The users of a pool who may be controls of one intervention, and what they and the treated user were like before it.</summary>
sealed class Candidates
{
    const int Width = CandidateRows.Width;

    readonly CandidateRows rows;
    readonly double[] target = new double[Width];

    /// <param name="treated">The treated user.</param>
    /// <param name="pool">Users of one stratum.</param>
    /// <param name="before">What the treated user's own past allows to compare.</param>
    /// <param name="shared">Where the pool's rows are kept for the next user; null = nowhere.</param>
    public Candidates(TreatedUser treated, ReadOnlySpan<ControlUser> pool, in Before before, SharedCandidates? shared = null)
    {
        rows = shared?.Of(pool, before, treated.Hash) ?? CandidateRows.Of(pool, before, treated.Hash);
        CandidateRows.Fill(target, before, treated.Events.Span, treated.Days, treated.FirstSeen, before.TInt, before.Days);
        TargetUsual = before.Usual(treated.Days, before.Days);
    }

    /// <summary>How many may be controls.</summary>
    public int Count => rows.Count;

    /// <summary>How many of them are never messaged by design.</summary>
    public int Holdouts => rows.Holdouts;

    /// <summary>f1 … f7 of the treated user.</summary>
    public ReadOnlySpan<double> Target => target;

    /// <summary>The treated user's long baseline over the window, nats.</summary>
    public double TargetUsual { get; }

    /// <summary>f1 … f7 of a candidate.</summary>
    public ReadOnlySpan<double> Features(int candidate) => rows.Features.Slice(candidate * Width, Width);

    /// <summary>A candidate's long baseline over the window, nats.</summary>
    public double Usual(int candidate) => rows.Usual[candidate];

    public bool IsHoldout(int candidate) => rows.Holdout[candidate];

    /// <summary>Place of a candidate in the pool.</summary>
    public int IndexOf(int candidate) => rows.Index[candidate];

    /// <summary>When a candidate is measured.</summary>
    public Instant At(int candidate) => rows.At[candidate];

    /// <summary>The days of a candidate that count.</summary>
    public BaselineDays DaysOf(int candidate) => rows.Days[candidate];

    /// <summary>The k nearest candidates, nearest first; holdout users alone where at least k of them are.</summary>
    public Neighbour[] Nearest(int k, int skip) => FeatureSpace.Nearest(target, rows.Features, rows.Ties, Holdouts >= k ? rows.Holdout : [], k, skip);

    /// <summary>The k other candidates nearest to a candidate, nearest first.</summary>
    public Neighbour[] NearestTo(int candidate, int k, int skip)
    {
        var others = new bool[Count];
        others.AsSpan().Fill(true);
        others[candidate] = false;
        return FeatureSpace.Nearest(Features(candidate), rows.Features, rows.Ties, others, k, skip);
    }
}
