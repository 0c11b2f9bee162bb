using System.Collections.Immutable;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Channels;

/// <summary>
/// Stops a channel that fails: above 20 % failures among the last 100 sends nothing more is handed over, and what waits stays in the outbox. Every
/// 15 s one message is let through; the first that the channel takes closes the breaker again.
/// </summary>
/// <param name="Failures">The last sends, oldest first; true = failed.</param>
/// <param name="Sends">How many they are.</param>
/// <param name="Failed">How many of them failed.</param>
/// <param name="OpenedAt">Since when it is open; null = closed.</param>
/// <param name="TriedAt">The last message that was let through while open.</param>
public sealed record ChannelBreaker(ImmutableQueue<bool> Failures, int Sends, int Failed, Instant? OpenedAt, Instant TriedAt)
{
    /// <summary>Sends that it looks at.</summary>
    public const int Window = 100;

    /// <summary>Share of failures above which it opens.</summary>
    public const double MostFailures = 0.2;

    /// <summary>How long nothing goes out before one message is tried.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>A closed one that has seen nothing.</summary>
    public static ChannelBreaker Closed { get; } = new([], 0, 0, null, Instant.Earliest);

    /// <summary>Whether a message may go out now.</summary>
    public bool Lets(Instant now) => OpenedAt is null || now >= TriedAt + Pause;

    /// <summary>The breaker after a message was let through: the next one waits.</summary>
    public ChannelBreaker Trying(Instant now) => OpenedAt is null ? this : this with { TriedAt = now };

    /// <summary>The breaker after a send.</summary>
    public ChannelBreaker With(bool failed, Instant now)
    {
        if (OpenedAt is not null)
        {
            return failed ? this with { TriedAt = Instant.Max(TriedAt, now) } : Closed;
        }

        var (failures, sends, wrong) = (Failures.Enqueue(failed), Sends + 1, Failed + (failed ? 1 : 0));
        if (sends > Window)
        {
            failures = failures.Dequeue(out var oldest);
            (sends, wrong) = (sends - 1, wrong - (oldest ? 1 : 0));
        }

        return sends == Window && wrong > MostFailures * Window
            ? new ChannelBreaker([], 0, 0, now, now)
            : new ChannelBreaker(failures, sends, wrong, null, TriedAt);
    }
}
