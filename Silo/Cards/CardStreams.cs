using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Cards;

/// <summary>Why a stream cannot be opened.</summary>
enum StreamRefusal
{
    /// <summary>This silo has as many open as it may.</summary>
    SiloFull,

    /// <summary>The user has as many open as one may.</summary>
    UserFull,
}

/// <summary>The streams of cards that are open on this silo, by agent key.</summary>
sealed class CardStreams(IOptions<CardOptions> options)
{
    readonly Lock sync = new();
    readonly Dictionary<string, List<CardStream>> open = new(StringComparer.Ordinal);
    int count;

    /// <summary>Streams that are open.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Opens a stream, unless there are too many.</summary>
    public (CardStream? Stream, StreamRefusal Refusal) Open(string agent)
    {
        lock (sync)
        {
            if (count >= options.Value.Streams)
            {
                return (null, StreamRefusal.SiloFull);
            }

            if (!open.TryGetValue(agent, out var streams))
            {
                open[agent] = streams = [];
            }
            else if (streams.Count >= options.Value.StreamsPerUser)
            {
                return (null, StreamRefusal.UserFull);
            }

            var stream = new CardStream(agent, Close);
            streams.Add(stream);
            count++;
            return (stream, default);
        }
    }

    /// <summary>Has the streams of an agent ask it.</summary>
    /// <returns>Whether there are any.</returns>
    public bool Signal(string agent)
    {
        lock (sync)
        {
            if (!open.TryGetValue(agent, out var streams))
            {
                return false;
            }

            streams.ForEach(stream => stream.Signal());
            return true;
        }
    }

    /// <summary>Has all streams ask their agents, as after partitions have moved: what was to tell them may be gone.</summary>
    public void SignalAll()
    {
        lock (sync)
        {
            foreach (var stream in open.Values.SelectMany(streams => streams))
            {
                stream.Signal();
            }
        }
    }

    void Close(CardStream stream)
    {
        lock (sync)
        {
            if (open.TryGetValue(stream.Agent, out var streams) && streams.Remove(stream))
            {
                count--;
                if (streams.Count == 0)
                {
                    open.Remove(stream.Agent);
                }
            }
        }
    }
}

/// <summary>One open stream.</summary>
sealed class CardStream(string agent, Action<CardStream> closed) : IDisposable
{
    // One signal stands for all that came while it waited.
    readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Key of the agent whose cards it shows.</summary>
    public string Agent => agent;

    /// <summary>The agent may have a card.</summary>
    public void Signal() => signals.Writer.TryWrite(true);

    /// <summary>Waits for a signal.</summary>
    /// <returns>False when none came in time.</returns>
    public async Task<bool> SignalledAsync(TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            return await signals.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => closed(this);
}
