using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>The event log in the embedded store. One row holds what one group commit brought to a partition.</summary>
public sealed partial class SqliteEventLog(SqliteDatabase database, TimeProvider time) : IEventLog, ILogRetention
{
    const int RowsPerTrim = 128;

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
        if (events.Count + deadLetters.Count > 0)
        {
            await database.WriteAsync(new AppendWork(new PackedEvents(events, Partitions), deadLetters), stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IPartitionReader> OpenAsync(int partition, CancellationToken stop)
    {
        CheckPartition(partition);
        var (term, committed) = await database.WriteAsync<(long Term, long Committed)>(32, (transaction, _) =>
        {
            using var take = transaction.Use("""
                insert into cursors (partition, committed, term) values (?1, 0, 1)
                on conflict (partition) do update set term = term + 1 returning term, committed
                """);
            take.Int(1, partition).Step();
            return (take.Int(0), take.Int(1));
        }, stop).ConfigureAwait(false);
        return new SqlitePartitionReader(database, partition, term, committed);
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(int partition, long offset, TimeSpan patience, CancellationToken stop)
    {
        CheckPartition(partition);
        stop.ThrowIfCancellationRequested();
        if (database.Log.Growth(partition, offset) is { } growth)
        {
            await growth.WaitAsync(patience, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> EndAsync(int partition, CancellationToken stop)
    {
        CheckPartition(partition);
        return ValueTask.FromResult(database.Log.End(partition));
    }

    /// <inheritdoc/>
    public async ValueTask<long> TrimAsync(Instant before, CancellationToken stop)
    {
        long removed = 0;
        for (var partition = 0; partition < Partitions; partition++)
        {
            var at = partition;
            long some;
            do
            {
                some = await database.WriteAsync<long>(RowsPerTrim * 64, (transaction, _) => Trim(transaction, at, before), stop).ConfigureAwait(false);
                removed += some;
            }
            while (some > 0);
        }

        return removed;
    }

    static long Trim(WriteTransaction transaction, int partition, Instant before)
    {
        // The last row stays: it says where the partition ends.
        using var old = transaction.Use("""
            select place, count, newest from log
            where place >= ?1 and place < ?2 and place < (select max(place) from log where place >= ?1 and place < ?2)
            order by place limit ?3
            """);
        using var cursor = transaction.Use("select committed from cursors where partition = ?1");
        cursor.Int(1, partition);
        var committed = cursor.Step() ? cursor.Int(0) : 0;
        old.Int(1, LogPlace.Of(partition, 0)).Int(2, LogPlace.Of(partition + 1, 0)).Int(3, RowsPerTrim);
        long removed = 0, last = -1;
        while (old.Step() && LogPlace.OffsetOf(old.Int(0)) + old.Int(1) <= committed && old.Int(2) < before.UnixMilliseconds)
        {
            removed += old.Int(1);
            last = old.Int(0);
        }

        old.Dispose();
        if (removed > 0)
        {
            using var delete = transaction.Use("delete from log where place >= ?1 and place <= ?2");
            delete.Int(1, LogPlace.Of(partition, 0)).Int(2, last).Run();
        }

        return removed;
    }

    void CheckPartition(int partition)
    {
        if (partition < 0 || partition >= Partitions)
        {
            throw new ArgumentOutOfRangeException(nameof(partition), partition, $"partition must be 0 to {Partitions - 1}; was {partition}.");
        }
    }
}
