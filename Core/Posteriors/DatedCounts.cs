using System.Collections.Immutable;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Binarised effects of one UTC day.</summary>
/// <param name="Day">Day since 1970-01-01 UTC.</param>
/// <param name="Trials">Number of binarised effects, ≥ 0.</param>
/// <param name="Wins">Number of them with success ≥ ½.</param>
public readonly record struct DatedCount(int Day, int Trials, int Wins);

/// <summary>
/// Whole-number counts by the day on which effects matured, so that the cohort's empirical Bayes can look back <see cref="Kept"/> and no further. The default
/// value is no effect. Adding in any order gives equal counts.
/// </summary>
/// <remarks>docs/method.md §9: integers, undiscounted, last 90 d.</remarks>
public readonly struct DatedCounts : IEquatable<DatedCounts>
{
    /// <summary>How far back counts are of use: 90 d.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    readonly ImmutableArray<DatedCount> days;

    /// <summary>Counts from their stored days.</summary>
    /// <param name="days">Ascending by day, each day once, counts ≥ 0.</param>
    /// <exception cref="ArgumentException">Days are not ascending, or a count is negative.</exception>
    public DatedCounts(ImmutableArray<DatedCount> days)
    {
        for (var i = 0; !days.IsDefault && i < days.Length; i++)
        {
            if ((i > 0 && days[i].Day <= days[i - 1].Day) || days[i].Wins < 0 || days[i].Trials < days[i].Wins)
            {
                throw new ArgumentException($"Counts must be ascending by day, each day once, 0 ≤ wins ≤ trials; number {i} was {days[i]}.", nameof(days));
            }
        }

        this.days = days;
    }

    /// <summary>The days with any, ascending.</summary>
    public ImmutableArray<DatedCount> Days => days.IsDefault ? [] : days;

    /// <summary>The counts with some more on a day (fewer where negative: an effect that was revised), without days that are over.</summary>
    /// <param name="day">UTC day.</param>
    /// <param name="trials">Effects more.</param>
    /// <param name="wins">Successes more.</param>
    public DatedCounts Add(int day, int trials, int wins)
    {
        var all = Days;
        var at = all.Length;
        while (at > 0 && all[at - 1].Day >= day)
        {
            at--;
        }

        var known = at < all.Length && all[at].Day == day;
        var old = known ? all[at] : new(day, 0, 0);
        var left = Math.Max(0, old.Trials + trials);
        var next = new DatedCount(day, left, Math.Clamp(old.Wins + wins, 0, left));
        all = (known, left) switch
        {
            (true, 0) => all.RemoveAt(at),
            (true, _) => all.SetItem(at, next),
            (false, 0) => all,
            _ => all.Insert(at, next),
        };
        var oldest = all.Length == 0 ? 0 : all[^1].Day - Kept.Days;
        return new(all.RemoveAll(one => one.Day < oldest));
    }

    /// <summary>The counts of two disjoint sources together.</summary>
    public DatedCounts Merge(DatedCounts other)
    {
        var all = this;
        foreach (var one in other.Days)
        {
            all = all.Add(one.Day, one.Trials, one.Wins);
        }

        return all;
    }

    /// <summary>Effects and successes of a day and those after it.</summary>
    public (int Trials, int Wins) Since(int day)
    {
        var (trials, wins) = (0, 0);
        foreach (var one in Days)
        {
            if (one.Day >= day)
            {
                (trials, wins) = (trials + one.Trials, wins + one.Wins);
            }
        }

        return (trials, wins);
    }

    /// <summary>Same days, same counts.</summary>
    public bool Equals(DatedCounts other) => Days.AsSpan().SequenceEqual(other.Days.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DatedCounts other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Days.Length, Days.Length == 0 ? default : Days[^1]);

    /// <summary>Same days, same counts.</summary>
    public static bool operator ==(DatedCounts a, DatedCounts b) => a.Equals(b);

    /// <summary>Another day, or other counts.</summary>
    public static bool operator !=(DatedCounts a, DatedCounts b) => !a.Equals(b);
}
