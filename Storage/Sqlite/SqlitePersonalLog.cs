using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>The log in the embedded store, looked through for single people.</summary>
public sealed class SqlitePersonalLog(SqliteDatabase database) : IPersonalLog
{
    const int MostRows = 64;

    /// <inheritdoc/>
    public ValueTask<FoundEvents> FindAsync(int partition, long from, long upTo, string tenant, IReadOnlyDictionary<string, long> agents, CancellationToken stop)
    {
        var (next, rows) = Page(partition, from, upTo, agents, stop);
        return ValueTask.FromResult(new FoundEvents(
            next, [.. rows.SelectMany(row => row.Events(partition)).Where(one => one.Offset >= from && ErasedEvents.IsOf(one, tenant, agents))]));
    }

    /// <inheritdoc/>
    public async ValueTask<TakenEvents> TakeOutAsync(int partition, long from, long upTo, string tenant, IReadOnlyDictionary<string, long> agents, CancellationToken stop)
    {
        var (next, rows) = Page(partition, from, upTo, agents, stop);
        var taken = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (ErasedEvents.Without(row.Events(partition), tenant, agents, taken) is { } left)
            {
                await database.WriteAsync<int>(left.Length, (transaction, _) => Replace(transaction, row.Place, left), stop).ConfigureAwait(false);
            }
        }

        return new TakenEvents(next, taken);
    }

    /// <inheritdoc/>
    /// <remarks>The log beside the file still holds what was overwritten: it goes back into the file and is cut.</remarks>
    public ValueTask SettleAsync(CancellationToken stop)
    {
        database.Truncate();
        return ValueTask.CompletedTask;
    }

    // What the shorter row frees is written over.
    static int Replace(WriteTransaction transaction, long place, byte[] left) => SecureDelete.Run(transaction, () =>
    {
        using var update = transaction.Use("update log set events = ?2 where place = ?1");
        return update.Int(1, place).Blob(2, left).Run();
    });

    (long Next, List<Row> Rows) Page(int partition, long from, long upTo, IReadOnlyDictionary<string, long> agents, CancellationToken stop)
    {
        var names = ErasedEvents.Names(agents);
        using var reader = database.Read(stop);
        using var rows = reader.Use("""
            select place, count, events from log
            where place >= coalesce((select max(place) from log where place >= ?1 and place <= ?2), ?2) and place < ?3 order by place limit ?4
            """);
        rows.Int(1, LogPlace.Of(partition, 0)).Int(2, LogPlace.Of(partition, from)).Int(3, LogPlace.Of(partition, upTo)).Int(4, MostRows);
        var (found, read, next) = (new List<Row>(), 0, from);
        while (rows.Step())
        {
            (read, next) = (read + 1, LogPlace.OffsetOf(rows.Int(0)) + rows.Int(1));
            if (ErasedEvents.MayHold(rows.Blob(2), names))
            {
                found.Add(new Row(rows.Int(0), (int)rows.Int(1), rows.Blob(2).ToArray()));
            }
        }

        return (read < MostRows ? upTo : Math.Min(next, upTo), found);
    }

    sealed record Row(long Place, int Count, byte[] Bytes)
    {
        public StoredEvent[] Events(int partition) => EventPack.ReadRow(partition, LogPlace.OffsetOf(Place), Count, Bytes);
    }
}
