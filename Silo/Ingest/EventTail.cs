using System.Runtime.CompilerServices;
using System.Threading.Channels;
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
public sealed class EventTail(IHostApplicationLifetime lifetime)
{
    /// <summary>Events that are kept for those who come later.</summary>
    public const int Kept = 500;

    const int Waiting = 1_000;
    readonly Lock sync = new();
    readonly Queue<TailEvent> recent = new();
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
                Show(Of(++number, accepted[i]));
            }

            foreach (var letter in dead)
            {
                Show(new TailEvent(++number, letter.At.ToString(), null, null, null, null, letter.MessageId, letter.Source, letter.Reason, letter.Detail));
            }
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
            past = [.. recent.Where(one => one.Number > after && wanted(one)).TakeLast(most)];
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

    static TailEvent Of(long number, LoggedEvent one) => new(
        number,
        one.ReceivedAt.ToString(),
        one.Kind.ToString().ToLowerInvariant(),
        one.Name.Length == 0 ? null : one.Name,
        one.Agent.StartsWith("u:", StringComparison.Ordinal) ? one.Agent[2..] : null,
        one.Agent.StartsWith("a:", StringComparison.Ordinal) ? one.Agent[2..] : null,
        one.MessageId,
        one.Source,
        null,
        null);

    void Show(TailEvent one)
    {
        recent.Enqueue(one);
        if (recent.Count > Kept)
        {
            recent.Dequeue();
        }

        foreach (var reader in readers)
        {
            reader.Writer.TryWrite(one);
        }
    }
}
