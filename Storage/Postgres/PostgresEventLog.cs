using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>
/// The event log on PostgreSQL. One row holds what one group commit brought to a partition. A call whose events live on several servers
/// is one transaction on each: if one fails the call fails, and the caller's repetition is known by its message ids.
/// </summary>
public sealed class PostgresEventLog(PostgresDatabase database, IPartitionCursors cursors) : IEventLog, ILogRetention
{
    /// <inheritdoc/>
    public int Epoch => database.Epoch;

    /// <inheritdoc/>
    public int Partitions => database.Options.Partitions;

    /// <inheritdoc/>
    public TimeSpan Retention => database.Options.Retention;

    /// <inheritdoc/>
    public int PartitionOf(string tenant, string agent) => Partitioning.Of(tenant, agent, Partitions);

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<LoggedEvent> events, IReadOnlyList<DeadLetter> deadLetters, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(deadLetters);
        var packed = new PackedEvents(events, Partitions);
        var letters = deadLetters.Count == 0 ? LetterRows.None : new LetterRows(deadLetters);
        var appends = new List<Task>();
        for (var server = 0; server < database.Logs.Count; server++)
        {
            var at = server;
            PackedSegment[] segments = [.. packed.Segments.Where(segment => database.ServerOf(segment.Partition) == at)];
            var own = server == 0 ? letters : LetterRows.None;
            if (segments.Length > 0 || !own.IsEmpty)
            {
                appends.Add(database.Logs[server].AppendAsync(new LogAppend(packed, segments, own), stop));
            }
        }

        await Task.WhenAll(appends).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IPartitionReader> OpenAsync(int partition, CancellationToken stop)
    {
        var log = LogOf(partition);
        var (term, cursor) = await cursors.TakeAsync(partition, stop).ConfigureAwait(false);
        return new PostgresPartitionReader(log, cursors, partition, term, cursor);
    }

    /// <inheritdoc/>
    public ValueTask WaitAsync(int partition, long offset, TimeSpan patience, CancellationToken stop) => LogOf(partition).WaitAsync(partition, offset, patience, stop);

    /// <inheritdoc/>
    public ValueTask<long> EndAsync(int partition, CancellationToken stop) => LogOf(partition).ReadEndAsync(partition, stop);

    /// <inheritdoc/>
    public async ValueTask<long> TrimAsync(Instant before, CancellationToken stop)
    {
        long removed = 0;
        foreach (var log in database.Logs)
        {
            removed += await log.DropDaysAsync(before, stop).ConfigureAwait(false);
        }

        return removed;
    }

    LogServer LogOf(int partition) => partition >= 0 && partition < Partitions
        ? database.Logs[database.ServerOf(partition)]
        : throw new ArgumentOutOfRangeException(nameof(partition), partition, $"partition must be 0 to {Partitions - 1}; was {partition}.");
}
