using Aampe.Agents.Core.Agents;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>One event as it stands in the log.</summary>
internal sealed record LogEntry(int Partition, long Offset, ClientEvent Event, IncomingEvent Incoming);

/// <summary>The partitioned log with its cursors and the terms that fence their owners. What it has answered is durable.</summary>
internal sealed class EventLog(World world)
{
    public const int Epoch = 1;

    readonly List<LogEntry>[] partitions = [.. Enumerable.Range(0, world.Options.Partitions).Select(_ => new List<LogEntry>())];
    readonly long[] cursors = new long[world.Options.Partitions];
    readonly long[] terms = new long[world.Options.Partitions];
    readonly List<Action>[] waiting = [.. Enumerable.Range(0, world.Options.Partitions).Select(_ => new List<Action>())];

    /// <summary>All entries, for the books.</summary>
    public IEnumerable<LogEntry> All => partitions.SelectMany(entries => entries);

    /// <summary>Entries in a partition.</summary>
    public long End(int partition) => partitions[partition].Count;

    /// <summary>First offset that is not committed.</summary>
    public long Cursor(int partition) => cursors[partition];

    /// <summary>Whether a term is the newest.</summary>
    public bool Holds(int partition, long term) => terms[partition] == term;

    /// <summary>Makes events durable, all or nothing.</summary>
    public async Task AppendAsync(Life life, IReadOnlyList<ClientEvent> events, long received)
    {
        var fate = world.Draw();
        await world.Clock.Wait(life, fate.Latency);
        if (fate.Fails)
        {
            throw new Fault(FaultKind.Down);
        }

        foreach (var one in events)
        {
            var partition = world.PartitionOf(one.User);
            var offset = partitions[partition].Count;
            partitions[partition].Add(new LogEntry(partition, offset, one, Payloads.Of(one, offset, received, world.Scenario.Zones[one.User])));
            foreach (var wake in waiting[partition])
            {
                wake();
            }

            waiting[partition].Clear();
        }

        if (fate.Unknown)
        {
            world.Seen("append unknown, was done");
            throw new Fault(FaultKind.Unknown);
        }
    }

    /// <summary>Takes a partition over: a higher term.</summary>
    public async Task<(long Term, long Next)> OpenAsync(Life life, int partition)
    {
        await world.Clock.Wait(life, world.Latency());
        return (++terms[partition], cursors[partition]);
    }

    /// <summary>A batch in order of the log; now and then from further back than was asked for.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAsync(Life life, int partition, long next, int limit)
    {
        await world.Clock.Wait(life, world.Latency());
        var entries = partitions[partition];
        return next >= entries.Count ? [] : entries.GetRange((int)next, Math.Min(limit, entries.Count - (int)next));
    }

    /// <summary>Moves the cursor, if the term still holds.</summary>
    public async Task CommitAsync(Life life, int partition, long term, long next)
    {
        var fate = world.Draw();
        await world.Clock.Wait(life, fate.Latency);
        if (fate.Fails)
        {
            throw new Fault(FaultKind.Down);
        }

        if (terms[partition] != term)
        {
            world.Seen("cursor fenced");
            throw new Fault(FaultKind.Fenced);
        }

        cursors[partition] = next;
    }

    /// <summary>Completes when a partition may hold more than so much, or after a while.</summary>
    public Task WaitAsync(Life life, int partition, long next, long patience)
    {
        var done = new TaskCompletionSource();
        if (partitions[partition].Count > next)
        {
            patience = 0;
        }

        world.Clock.At(world.Clock.Now + patience, life, () => done.TrySetResult());
        waiting[partition].Add(() => world.Clock.At(world.Clock.Now + 1, life, () => done.TrySetResult()));
        return done.Task;
    }
}
