using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>Checks limits: quiet hours, blackouts, caps, gap, rest after a goal, rules of suppression. Every one must hold; nothing overrides a wider limit.</summary>
public static class Guardrail
{
    /// <summary>Checks every limit that a channel falls under, of limits that know nothing of the user but his sends.</summary>
    /// <param name="rails">Limits of a workspace.</param>
    /// <param name="channel">Channel that wants to speak.</param>
    /// <param name="at">The hand-over.</param>
    /// <param name="zone">Where the user is.</param>
    /// <param name="sends">All sends that count, of every program and every system, in order of time; at least the last 35 days.</param>
    public static ImmutableArray<GuardrailVerdict> CheckAll(Guardrails rails, string channel, Instant at, UserZone zone, ReadOnlySpan<SentRecord> sends) =>
        CheckAll(rails, new IntendedSend { Channel = channel, At = at, Zone = zone, Sends = [.. sends] });

    /// <summary>Checks every limit that a message falls under, passed or not, in the order in which they are stated.</summary>
    /// <param name="rails">Limits of a workspace or of a program.</param>
    /// <param name="send">The message that wants to go.</param>
    public static ImmutableArray<GuardrailVerdict> CheckAll(Guardrails rails, IntendedSend send)
    {
        ArgumentNullException.ThrowIfNull(rails);
        ArgumentNullException.ThrowIfNull(send);
        var verdicts = ImmutableArray.CreateBuilder<GuardrailVerdict>(rails.Quiet.Length + rails.Blackouts.Length + rails.Caps.Length + 3);
        foreach (var window in rails.Quiet)
        {
            verdicts.Add(Quiet.Check(send.At, send.Zone, window, send.Channel));
        }

        foreach (var blackout in rails.Blackouts)
        {
            if (blackout.Channel is null || blackout.Channel == send.Channel)
            {
                var passed = !Quiet.Covers(blackout, send.At);
                verdicts.Add(new GuardrailVerdict(blackout.Id, HoldReason.Blackout, passed, null, null, passed ? null : blackout.To));
            }
        }

        foreach (var cap in rails.Caps)
        {
            if ((cap.Channel is null || cap.Channel == send.Channel) && (cap.Category is null || cap.Category == send.Category))
            {
                verdicts.Add(Caps.Check(cap, send.At, send.Zone, Counted(cap, send).AsSpan()));
            }
        }

        if (rails.MinGap is { } gap)
        {
            verdicts.Add(Caps.MinGap(rails.Id, gap, send.At, send.Sends.AsSpan()));
        }

        if (rails.RestAfterGoal is { } rest)
        {
            verdicts.Add(Rest(rails.Id, rest, send));
        }

        if (rails.SuppressWhen is { } rule)
        {
            verdicts.Add(new GuardrailVerdict(rails.Id, HoldReason.SuppressedUser, send.User?.Spares(rule) == true, null, null, null));
        }

        return verdicts.DrainToImmutable();
    }

    // A program's own cap counts what it sent itself; that all together keep the workspace's limits is for the workspace's caps to say.
    static ImmutableArray<SentRecord> Counted(Cap cap, IntendedSend send)
    {
        var ownOnly = send.Program.Length > 0 && !cap.CountsAll;
        return !ownOnly && cap.Category is null
            ? send.Sends
            : send.Sends.RemoveAll(one => (ownOnly && one.ProgramId != send.Program) || (cap.Category is not null && send.CategoryOf(one) is { } known && known != cap.Category));
    }

    static GuardrailVerdict Rest(string id, TimeSpan rest, IntendedSend send)
    {
        var resting = send.LastGoal is { } goal && send.At - goal < rest;
        return new GuardrailVerdict(
            id, HoldReason.RecentlyConverted, !resting, send.LastGoal is { } last ? (send.At - last).TotalHours : null, rest.TotalHours, resting ? send.LastGoal + rest : null);
    }
}
