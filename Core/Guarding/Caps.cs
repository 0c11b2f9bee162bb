using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>
/// Counts of what was sent against what may be. A local day or week counts as a whole, also what lies later in it than now, so a clock that steps
/// back gives nothing away. Where the zone is uncertain, the reading with the most sends counts.
/// </summary>
public static class Caps
{
    /// <summary>What one cap says about one more activation.</summary>
    /// <param name="cap">The cap; its channel, when it has one, is the channel of the activation.</param>
    /// <param name="at">Moment of the activation.</param>
    /// <param name="zone">Zone of the user.</param>
    /// <param name="sends">What was sent before, in order of time.</param>
    public static GuardrailVerdict Check(Cap cap, Instant at, UserZone zone, ReadOnlySpan<SentRecord> sends)
    {
        ArgumentNullException.ThrowIfNull(cap);
        var (count, frees) = cap.Per == CapPeriod.RollingHours
            ? Rolling(sends, cap.Channel, at, TimeSpan.FromHours(cap.Hours), cap.Count)
            : Local(sends, cap, at, new Readings(zone, at));
        var passed = count < cap.Count;
        return new GuardrailVerdict(cap.Id, cap.Channel is null ? HoldReason.CapOverall : HoldReason.CapChannel, passed, count, cap.Count,
            passed || cap.Count == 0 ? null : frees);
    }

    /// <summary>What the least time between two activations says.</summary>
    /// <param name="id">Key that the verdict names.</param>
    /// <param name="gap">The least time.</param>
    /// <param name="at">Moment of the activation.</param>
    /// <param name="sends">What was sent before, in order of time.</param>
    public static GuardrailVerdict MinGap(string id, TimeSpan gap, Instant at, ReadOnlySpan<SentRecord> sends)
    {
        if (sends.IsEmpty)
        {
            return new GuardrailVerdict(id, HoldReason.MinGap, true, null, gap.TotalHours, null);
        }

        var last = sends[^1].At;
        var passed = at - last >= gap;
        return new GuardrailVerdict(id, HoldReason.MinGap, passed, (at - last).TotalHours, gap.TotalHours, passed ? null : last + gap);
    }

    static (int Count, Instant Frees) Rolling(ReadOnlySpan<SentRecord> sends, string? channel, Instant at, TimeSpan span, int limit)
    {
        var count = 0;
        var frees = at;
        for (var i = sends.Length - 1; i >= 0 && sends[i].At > at - span; i--)
        {
            if (channel is null || sends[i].Channel == channel)
            {
                count++;
                // When the limit-th newest falls out, limit − 1 are left and one more may go.
                frees = count == limit ? sends[i].At + span : frees;
            }
        }

        return (count, frees);
    }

    static (int Count, Instant Frees) Local(ReadOnlySpan<SentRecord> sends, Cap cap, Instant at, Readings readings)
    {
        var most = 0;
        var frees = at;
        for (var reading = 0; reading < readings.Count; reading++)
        {
            for (var shift = 0; shift < readings.Shifts; shift++)
            {
                var (from, to) = readings.Period(at, reading, shift, week: cap.Per == CapPeriod.LocalWeek);
                var count = Count(sends, cap.Channel, from, to);
                most = Math.Max(most, count);
                frees = count >= cap.Count ? Instant.Max(frees, Instant.Min(to, readings.Until(reading))) : frees;
            }
        }

        return (most, frees);
    }

    static int Count(ReadOnlySpan<SentRecord> sends, string? channel, Instant from, Instant to)
    {
        var count = 0;
        for (var i = sends.Length - 1; i >= 0 && sends[i].At >= from; i--)
        {
            if (sends[i].At < to && (channel is null || sends[i].Channel == channel))
            {
                count++;
            }
        }

        return count;
    }
}
