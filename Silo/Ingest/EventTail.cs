using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>One event as it came in, without its values.</summary>
/// <param name="Number">Counts up from 1 since this silo started; what a reader resumes after.</param>
/// <param name="ReceivedAt">When the silo had it.</param>
/// <param name="Type">track, identify, page, screen, group or alias; null where an event that was put aside did not say.</param>
/// <param name="Name">Event name as agents count it.</param>
/// <param name="UserId">Known user.</param>
/// <param name="AnonymousId">Anonymous user.</param>
/// <param name="MessageId">Dedupe key.</param>
/// <param name="Source">Source that sent it.</param>
/// <param name="Reason">Dead-letter reason; null for an event that was accepted.</param>
/// <param name="Detail">What is wrong with it.</param>
public sealed record TailEvent(
    long Number, string ReceivedAt, string? Type, string? Name, string? UserId, string? AnonymousId, string? MessageId, string Source, string? Reason, string? Detail);

/// <summary>
/// What came in lately and what comes in now, for people who watch. Only what is durable is shown. Kept in memory and bounded: a slow reader loses
/// the oldest, ingest never waits for one.
/// </summary>
public sealed class EventTail(IHostApplicationLifetime lifetime) : IForgetful
{
    /// <summary>Events that are kept for those who come later.</summary>
    public const int Kept = 500;

    const int Waiting = 1_000;
    readonly Lock sync = new();
    readonly Queue<Held> recent = new();
    readonly List<Channel<TailEvent>> readers = [];
    long number;

    /// <summary>Shows what a request brought, once it is durable.</summary>
    public void Show(IReadOnlyList<LoggedEvent> accepted, IReadOnlyList<DeadLetter> dead)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        ArgumentNullException.ThrowIfNull(dead);
        lock (sync)
        {
            // Without a reader only the newest can ever be shown.
            var from = readers.Count == 0 ? Math.Max(0, accepted.Count - Kept) : 0;
            number += from;
            for (var i = from; i < accepted.Count; i++)
            {
                Show(Held.Of(++number, accepted[i]));
            }

            foreach (var letter in dead)
            {
                Show(new Held(++number, letter.At, null, "", "", letter.MessageId, letter.Source, letter.Reason, letter.Detail));
            }
        }
    }

    /// <inheritdoc/>
    public void Forget(IReadOnlySet<AgentKey> people)
    {
        lock (sync)
        {
            var left = recent.Where(one => one.Agent.Length == 0 || !people.Contains(new AgentKey(AgentKey.DefaultTenant, one.Agent))).ToList();
            recent.Clear();
            left.ForEach(recent.Enqueue);
        }
    }

    /// <summary>The newest events, then each one as it comes, until the reader leaves or the silo stops.</summary>
    /// <param name="after">Only events with a larger number.</param>
    /// <param name="most">Most past events.</param>
    /// <param name="wanted">Which ones.</param>
    public async IAsyncEnumerable<TailEvent> ReadAsync(long after, int most, Func<TailEvent, bool> wanted, [EnumeratorCancellation] CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, lifetime.ApplicationStopping);
        var channel = Channel.CreateBounded<TailEvent>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        TailEvent[] past;
        lock (sync)
        {
            past = [.. recent.Where(one => one.Number > after).Select(one => one.Shown()).Where(wanted).TakeLast(most)];
            readers.Add(channel);
        }

        try
        {
            foreach (var one in past)
            {
                yield return one;
            }

            while (await MoreAsync(channel.Reader, either.Token))
            {
                while (channel.Reader.TryRead(out var one))
                {
                    if (wanted(one))
                    {
                        yield return one;
                    }
                }
            }
        }
        finally
        {
            lock (sync)
            {
                readers.Remove(channel);
            }
        }
    }

    // A reader that leaves is the usual end of a tail, not a fault.
    static async ValueTask<bool> MoreAsync(ChannelReader<TailEvent> reader, CancellationToken stop)
    {
        try
        {
            return await reader.WaitToReadAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    void Show(in Held one)
    {
        recent.Enqueue(one);
        if (recent.Count > Kept)
        {
            recent.Dequeue();
        }

        if (readers.Count == 0)
        {
            return;
        }

        var shown = one.Shown();
        foreach (var reader in readers)
        {
            reader.Writer.TryWrite(shown);
        }
    }

    // What is kept of an event, spelt only when somebody looks: nearly all are looked at by nobody. Not the event itself, which would keep its whole request.
    readonly record struct Held(long Number, Instant At, EventKind? Kind, string Name, string Agent, string? MessageId, string Source, string? Reason, string? Detail)
    {
        public static Held Of(long number, LoggedEvent one) => new(number, one.ReceivedAt, one.Kind, one.Name, one.Agent, one.MessageId, one.Source, null, null);

        public TailEvent Shown() => new(
            Number,
            At.ToString(),
            Kind?.ToString().ToLowerInvariant(),
            Name.Length == 0 ? null : Name,
            Agent.StartsWith("u:", StringComparison.Ordinal) ? Agent[2..] : null,
            Agent.StartsWith("a:", StringComparison.Ordinal) ? Agent[2..] : null,
            MessageId,
            Source,
            Reason,
            Detail);
    }
}
