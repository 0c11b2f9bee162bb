using System.Collections.Concurrent;
using Aampe.Agents.Core.Channels;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>How a channel does at this silo since it started.</summary>
/// <param name="Taken">Messages that it took.</param>
/// <param name="Failed">Attempts that it did not take, or of which nobody knows; not those to a dead address.</param>
/// <param name="LastTakenAt">When it took the last one; null = none yet.</param>
/// <param name="LastFailedAt">When it last failed; null = never.</param>
/// <param name="LastFailure">Code of that failure; empty = none.</param>
/// <param name="Breaker">Whether it is let work.</param>
public sealed record ChannelState(long Taken, long Failed, Instant? LastTakenAt, Instant? LastFailedAt, string LastFailure, ChannelBreaker Breaker)
{
    internal static ChannelState Fresh { get; } = new(0, 0, null, null, "", ChannelBreaker.Closed);
}

/// <summary>
/// Watches channels and stops one that fails: what waits for it stays in the outbox until it works again, or expires there. Each silo watches its own
/// calls, as each has its own network.
/// </summary>
public sealed class ChannelHealth
{
    readonly ConcurrentDictionary<string, ChannelState> channels = new(StringComparer.Ordinal);

    /// <summary>How a channel does.</summary>
    public ChannelState Of(string channel) => channels.GetValueOrDefault(channel, ChannelState.Fresh);

    /// <summary>Whether a message may go to a channel now; while the breaker is open, one now and then.</summary>
    public bool Passes(string channel, Instant now)
    {
        while (true)
        {
            var known = Of(channel);
            if (known.Breaker.OpenedAt is null)
            {
                return true;
            }

            if (!known.Breaker.Lets(now))
            {
                return false;
            }

            if (channels.TryUpdate(channel, known with { Breaker = known.Breaker.Trying(now) }, known))
            {
                return true;
            }
        }
    }

    /// <summary>Notes what became of an attempt. An address that is dead, or a user who has unsubscribed there, is no fault of the channel.</summary>
    public void Note(string channel, HandoverOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var failed = outcome is not ({ Status: HandoverStatus.Sent } or { AddressDead: true } or { OptedOut: true });
        channels.AddOrUpdate(channel, _ => After(ChannelState.Fresh), (_, known) => After(known));

        ChannelState After(ChannelState known) => (failed
            ? known with { Failed = known.Failed + 1, LastFailedAt = outcome.At, LastFailure = outcome.Code }
            : known with { Taken = known.Taken + (outcome.Status == HandoverStatus.Sent ? 1 : 0), LastTakenAt = outcome.Status == HandoverStatus.Sent ? outcome.At : known.LastTakenAt })
            with
            { Breaker = known.Breaker.With(failed, outcome.At) };
    }

    /// <summary>An operator says that the channel works again.</summary>
    public void Reset(string channel)
    {
        if (channels.TryGetValue(channel, out var known))
        {
            channels[channel] = known with { Breaker = ChannelBreaker.Closed };
        }
    }
}
