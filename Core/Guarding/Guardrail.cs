using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>Checks limits: quiet hours, caps, gap. Every one must hold; nothing overrides a wider limit.</summary>
public static class Guardrail
{
    /// <summary>Checks every limit that a channel falls under, passed or not, in the order in which they are stated.</summary>
    /// <param name="rails">Limits of a workspace or of a program.</param>
    /// <param name="channel">Channel that wants to speak.</param>
    /// <param name="at">The hand-over.</param>
    /// <param name="zone">Where the user is.</param>
    /// <param name="sends">All sends that count, of every program and every system, in order of time; at least the last 35 days.</param>
    public static ImmutableArray<GuardrailVerdict> CheckAll(Guardrails rails, string channel, Instant at, UserZone zone, ReadOnlySpan<SentRecord> sends)
    {
        ArgumentNullException.ThrowIfNull(rails);
        var verdicts = ImmutableArray.CreateBuilder<GuardrailVerdict>(rails.Quiet.Length + rails.Caps.Length + 1);
        foreach (var window in rails.Quiet)
        {
            verdicts.Add(Quiet.Check(at, zone, window, channel));
        }

        foreach (var cap in rails.Caps)
        {
            if (cap.Channel is null || cap.Channel == channel)
            {
                verdicts.Add(Caps.Check(cap, at, zone, sends));
            }
        }

        if (rails.MinGap is { } gap)
        {
            verdicts.Add(Caps.MinGap(rails.Id, gap, at, sends));
        }

        return verdicts.DrainToImmutable();
    }
}
