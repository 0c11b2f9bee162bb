using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Rows of the log on the way through a partition, looked through for single agents.</summary>
internal sealed class PersonalRows(DatabaseServer server)
{
    const int MostRows = 64;

    public async ValueTask<FoundEvents> FindAsync(int partition, long from, long upTo, string tenant, IReadOnlyDictionary<string, long> agents, CancellationToken stop)
    {
        var (next, rows) = await PageAsync(partition, from, upTo, agents, stop).ConfigureAwait(false);
        return new FoundEvents(next, [.. rows.SelectMany(row => row.Events(partition)).Where(one => one.Offset >= from && ErasedEvents.IsOf(one, tenant, agents))]);
    }

    public async ValueTask<TakenEvents> TakeOutAsync(int partition, long from, long upTo, string tenant, IReadOnlyDictionary<string, long> agents, CancellationToken stop)
    {
        var (next, rows) = await PageAsync(partition, from, upTo, agents, stop).ConfigureAwait(false);
        var taken = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (ErasedEvents.Without(row.Events(partition), tenant, agents, taken) is { } left)
            {
                await server.RunAsync(
                    "update log set events = $4 where partition = $1 and first_offset = $2 and day = $3", values => values.Put(partition).Put(row.First).Put(row.Day).Put(left), stop).ConfigureAwait(false);
            }
        }

        return new TakenEvents(next, taken);
    }

    // Only rows in which a name occurs are kept: the others are looked at as bytes.
    ValueTask<(long Next, List<Row> Rows)> PageAsync(int partition, long from, long upTo, IReadOnlyDictionary<string, long> agents, CancellationToken stop) => server.ReadAsync(async (connection, ending) =>
    {
        var names = ErasedEvents.Names(agents);
        await using var command = new NpgsqlCommand("""
            select first_offset, day, count, events from log
            where partition = $1 and first_offset < $3 and first_offset >= coalesce((select first_offset from log where partition = $1 and first_offset <= $2 order by first_offset desc limit 1), $2)
            order by first_offset limit $4
            """, connection);
        command.Parameters.Put(partition).Put(from).Put(upTo).Put(MostRows);
        await using var reader = await command.ExecuteReaderAsync(ending).ConfigureAwait(false);
        var (found, read, next) = (new List<Row>(), 0, from);
        while (await reader.ReadAsync(ending).ConfigureAwait(false))
        {
            var row = new Row(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2), reader.Blob(3));
            (read, next) = (read + 1, row.First + row.Count);
            if (ErasedEvents.MayHold(row.Bytes, names))
            {
                found.Add(row);
            }
        }

        return (read < MostRows ? upTo : Math.Min(next, upTo), found);
    }, stop);

    sealed record Row(long First, long Day, int Count, byte[] Bytes)
    {
        public StoredEvent[] Events(int partition) => EventPack.ReadRow(partition, First, Count, Bytes);
    }
}
