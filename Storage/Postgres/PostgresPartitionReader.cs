using Aampe.Agents.Storage.Log;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Reads one partition for the owner of one term.</summary>
internal sealed class PostgresPartitionReader : IPartitionReader
{
    const int FewestRows = 8, MostRows = 64;
    const long MostBytes = 8 << 20;

    // The row that was read last: a limit may cut it, and the rest is asked for next.
    StoredEvent[] row = [];

    // Day of that row: the next one is not in an earlier table.
    long day;

    readonly LogServer log;
    readonly IPartitionCursors cursors;
    readonly int partition;
    readonly long term;
    bool closed;

    public PostgresPartitionReader(LogServer log, IPartitionCursors cursors, int partition, long term, long committed)
    {
        (this.log, this.cursors, this.partition, this.term, Committed) = (log, cursors, partition, term, committed);
        log.Tail(partition).Open();
    }

    public int Partition => partition;

    public long Term => term;

    public long Committed { get; private set; }

    public async ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int limit, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var found = new List<StoredEvent>();
        Take(found, from, limit);
        long read = 0;
        while (found.Count < limit && read < MostBytes)
        {
            var next = found.Count == 0 ? from : found[^1].Offset + 1;
            if (log.Tail(partition).Find(next) is { } kept)
            {
                (row, day, read) = (EventPack.ReadRow(partition, kept.First, kept.Count, kept.Bytes), kept.Day, read + kept.Bytes.Length);
                Take(found, next, limit);
                continue;
            }

            if (found.Count > 0 && next >= log.End(partition).Known)
            {
                // Enough to go on with; whether another process has written more is asked next time.
                break;
            }

            var bytes = await log.Server.ReadAsync((connection, ending) => ReadRowsAsync(connection, found, next, limit, ending), stop).ConfigureAwait(false);
            if (bytes == 0)
            {
                break;
            }

            read += bytes;
        }

        return found;
    }

    public async ValueTask CommitAsync(long next, CancellationToken stop)
    {
        if (next < 0 || (next > log.End(partition).Known && next > await log.ReadEndAsync(partition, stop).ConfigureAwait(false)))
        {
            var end = log.End(partition).Known;
            throw new ArgumentOutOfRangeException(nameof(next), next, $"next must be 0 to {end}, the end of partition {partition}; was {next}.");
        }

        Committed = await cursors.CommitAsync(partition, term, next, stop).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        row = [];
        if (!closed)
        {
            closed = true;
            log.Tail(partition).Close();
        }

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

    async ValueTask<long> ReadRowsAsync(NpgsqlConnection connection, List<StoredEvent> found, long from, int limit, CancellationToken stop)
    {
        // Where the last row ended the next one begins; elsewhere the row is looked for that holds the offset.
        var follows = row.Length > 0 && from == row[^1].Offset + 1;
        await using var command = new NpgsqlCommand(follows
            ? "select first_offset, count, day, events from log where partition = $1 and first_offset >= $2 and day >= $3 order by first_offset limit $4"
            : """
              select first_offset, count, day, events from log
              where partition = $1 and day >= $3
                  and first_offset >= coalesce((select max(first_offset) from log where partition = $1 and first_offset <= $2), $2)
              order by first_offset limit $4
              """, connection);
        var some = row.Length == 0 ? FewestRows : Math.Clamp((limit - found.Count) / row.Length + 1, FewestRows, MostRows);
        command.Parameters.Put(partition).Put(from).Put(follows ? day : 0L).Put(some);
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        long read = 0;
        while (found.Count < limit && await rows.ReadAsync(stop).ConfigureAwait(false))
        {
            var (first, count) = (rows.GetInt64(0), rows.GetInt32(1));
            if (first + count <= from)
            {
                continue;
            }

            var bytes = rows.GetFieldValue<byte[]>(3);
            row = EventPack.ReadRow(partition, first, count, bytes);
            (day, read) = (rows.GetInt64(2), read + bytes.Length);
            log.End(partition).Seen(first + count);
            Take(found, Math.Max(from, first), limit);
        }

        return read;
    }
}
