using Aampe.Agents.Storage.Log;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Cursors in the table <c>partition_owners</c> of the partition's server.</summary>
public sealed class PostgresPartitionCursors(PostgresDatabase database) : IPartitionCursors
{
    /// <inheritdoc/>
    public ValueTask<PartitionTerm> TakeAsync(int partition, CancellationToken stop) => ServerOf(partition).WriteAsync(async (connection, ending) =>
    {
        await using var command = new NpgsqlCommand("""
            insert into partition_owners as o (partition, term, cursor) values ($1, 1, 0)
            on conflict (partition) do update set term = o.term + 1 returning term, cursor
            """, connection);
        command.Parameters.Put(partition);
        await using var row = await command.ExecuteReaderAsync(ending).ConfigureAwait(false);
        await row.ReadAsync(ending).ConfigureAwait(false);
        return new PartitionTerm(row.GetInt64(0), row.GetInt64(1));
    }, stop);

    /// <inheritdoc/>
    public ValueTask<long> CommitAsync(int partition, long term, long next, CancellationToken stop) => ServerOf(partition).WriteAsync(async (connection, ending) =>
    {
        await using var command = new NpgsqlCommand("update partition_owners set cursor = greatest(cursor, $3) where partition = $1 and term = $2 returning cursor", connection);
        command.Parameters.Put(partition).Put(term).Put(next);
        return await command.ExecuteScalarAsync(ending).ConfigureAwait(false) as long? ?? throw new PartitionLostException(partition);
    }, stop);

    // A log that lives elsewhere has a number for each epoch and partition, the partition in the lower 16 bits.
    DatabaseServer ServerOf(int number) => (number & 0xFFFF) is var partition && number >= 0 && partition < database.Options.Partitions
        ? database.Logs[database.ServerOf(partition)].Server
        : throw new ArgumentOutOfRangeException(nameof(number), number, $"partition must be 0 to {database.Options.Partitions - 1}; was {partition}.");
}
