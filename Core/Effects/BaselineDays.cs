using System.Collections.Immutable;
using System.Numerics;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>Some of the 28 whole UTC days before the day of an intervention: those that a long baseline rests on (docs/method.md §5, baseline).</summary>
/// <param name="End">The day of the intervention, days since 1970-01-01 UTC; not among them.</param>
/// <param name="Bits">Bit i stands for day <paramref name="End"/> − 1 − i; only the lowest 28 may be set.</param>
public readonly record struct BaselineDays(int End, uint Bits)
{
    /// <summary>How many days are looked at.</summary>
    public const int Most = 28;

    const uint All = (1u << Most) - 1;
    const long DayMilliseconds = 86_400_000;

    /// <summary>Which days are in: the lowest 28 bits.</summary>
    public uint Bits { get; init; } = Bits <= All ? Bits : throw new ArgumentOutOfRangeException(nameof(Bits), Bits, "Bits must be below 2^28.");

    /// <summary>Number of days that are in; 0 to 28.</summary>
    public int Count => BitOperations.PopCount(Bits);

    /// <summary>All 28 days.</summary>
    /// <param name="tInt">The intervention.</param>
    public static BaselineDays Before(Instant tInt) => new(tInt.UtcDay, All);

    /// <summary>Whether a day is in.</summary>
    public bool Contains(int day) => day < End && day >= End - Most && (Bits >> (End - 1 - day) & 1) != 0;

    /// <summary>Those days that begin at or after a moment.</summary>
    /// <param name="since">From when on the day counters are whole.</param>
    public BaselineDays Since(Instant since)
    {
        var first = new Instant(since.UnixMilliseconds + DayMilliseconds - 1).UtcDay;
        return this with { Bits = Bits & Newest((long)End - first) };
    }

    /// <summary>Those days before the day of a moment: of a control with a trigger of its own, shortly before midnight.</summary>
    public BaselineDays Until(Instant at) => at.UtcDay >= End ? this : this with { Bits = Bits & ~Newest(End - at.UtcDay) };

    /// <summary>Those days of which no part lies within so much time after a send.</summary>
    /// <param name="sends">Sends in any order; the one that is measured reaches none of these days.</param>
    /// <param name="reach">t_Δ.</param>
    public BaselineDays Without(ImmutableArray<Instant> sends, TimeSpan reach)
    {
        var bits = Bits;
        foreach (var send in sends)
        {
            var last = new Instant((send + reach).UnixMilliseconds - 1).UtcDay;
            bits &= ~(Newest((long)End - send.UtcDay) & ~Newest((long)End - 1 - last));
        }

        return this with { Bits = bits };
    }

    /// <summary>Those days that outages cover no more of than a window may be covered.</summary>
    internal BaselineDays Without(Circumstances circumstances)
    {
        if (circumstances.IngestGaps.IsDefaultOrEmpty)
        {
            return this;
        }

        var bits = Bits;
        for (var i = 0; i < Most; i++)
        {
            var start = new Instant((End - 1 - i) * DayMilliseconds);
            if (circumstances.TooLittleOf(new(start, start + TimeSpan.FromDays(1))))
            {
                bits &= ~(1u << i);
            }
        }

        return this with { Bits = bits };
    }

    // The so many days next to the intervention.
    static uint Newest(long days) => days <= 0 ? 0 : days >= Most ? All : (1u << (int)days) - 1;
}
