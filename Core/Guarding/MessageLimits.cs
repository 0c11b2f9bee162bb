using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>How often one message may go to one user: its own count and its own rest.</summary>
public static class MessageLimits
{
    /// <summary>What the message's own limits say about one more send; passed where it has none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="program">Its program.</param>
    /// <param name="at">The hand-over.</param>
    /// <param name="sends">All sends that count, in order of time.</param>
    public static GuardrailVerdict Check(Message message, string program, Instant at, ReadOnlySpan<SentRecord> sends)
    {
        ArgumentNullException.ThrowIfNull(message);
        var days = TimeSpan.FromDays(message.MaxPerUserDays);
        var count = 0;
        Instant? last = null, retry = null;
        for (var i = sends.Length - 1; i >= 0; i--)
        {
            if (sends[i].MessageId != message.Id || sends[i].ProgramId != program)
            {
                continue;
            }

            last ??= sends[i].At;
            if (sends[i].At >= at - days && ++count == message.MaxPerUser)
            {
                retry = sends[i].At + days + TimeSpan.FromMilliseconds(1);
            }
        }

        if (message.CooldownDays is { } rest && last + TimeSpan.FromDays(rest) is { } rested && rested > at && !(rested < retry))
        {
            return new GuardrailVerdict(message.Id, HoldReason.CapMessage, false, (at - last!.Value).TotalDays, rest, rested);
        }

        return new GuardrailVerdict(message.Id, HoldReason.CapMessage, retry is null, message.MaxPerUser is null ? null : count, message.MaxPerUser, retry);
    }
}
