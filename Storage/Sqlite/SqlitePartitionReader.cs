using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Reads one partition for the owner of one term.</summary>
internal sealed class SqlitePartitionReader(SqliteDatabase database, int partition, long term, long committed) : IPartitionReader
{
    const int MostRowBytes = 8 << 20;

    // The row that was read last: a limit may cut it, and the rest is asked for next.
    StoredEvent[] row = [];

    public int Partition => partition;

    public long Term => term;

    public long Committed { get; private set; } = committed;

    public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int limit, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var found = new List<StoredEvent>();
        Take(found, from, limit);
        if (found.Count == 0 || found.Count < limit)
        {
            ReadRows(found, found.Count == 0 ? from : found[^1].Offset + 1, limit, stop);
        }

        return ValueTask.FromResult<IReadOnlyList<StoredEvent>>(found);
    }

    public async ValueTask CommitAsync(long next, CancellationToken stop)
    {
        if (next < 0 || next > database.Log.End(partition))
        {
            throw new ArgumentOutOfRangeException(nameof(next), next, $"next must be 0 to {database.Log.End(partition)}, the end of partition {partition}; was {next}.");
        }

        Committed = await database.WriteAsync<long>(32, (transaction, refuse) =>
        {
            using var set = transaction.Use("update cursors set committed = max(committed, ?1) where partition = ?2 and term = ?3 returning committed");
            return set.Int(1, next).Int(2, partition).Int(3, term).Step() ? set.Int(0) : refuse(new PartitionLostException(partition));
        }, stop).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        row = [];
        return ValueTask.CompletedTask;
    }

    void Take(List<StoredEvent> found, long from, int limit)
    {
        if (row.Length == 0 || from > row[^1].Offset || from < row[0].Offset)
        {
            return;
        }

        var skip = (int)(from - row[0].Offset);
        found.AddRange(row.AsSpan(skip, Math.Min(limit - found.Count, row.Length - skip)));
    }

    void ReadRows(List<StoredEvent> found, long from, int limit, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("""
            select place, count, events from log
            where place >= coalesce((select max(place) from log where place >= ?1 and place <= ?2), ?2) and place < ?3
            order by place
            """);
        rows.Int(1, LogPlace.Of(partition, 0)).Int(2, LogPlace.Of(partition, from)).Int(3, LogPlace.Of(partition + 1, 0));
        for (var read = 0; found.Count < limit && read < MostRowBytes && rows.Step();)
        {
            var bytes = rows.Blob(2).ToArray();
            var first = LogPlace.OffsetOf(rows.Int(0));
            read += bytes.Length;
            if (first + rows.Int(1) <= from)
            {
                continue;
            }

            row = EventPack.ReadRow(partition, first, (int)rows.Int(1), bytes);
            Take(found, Math.Max(from, first), limit);
        }
    }
}
