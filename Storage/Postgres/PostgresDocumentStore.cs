using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Storage.Documents;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Documents on the first server.</summary>
public sealed class PostgresDocumentStore(PostgresDatabase database) : IDocumentStore
{
    /// <inheritdoc/>
    public ValueTask<StoredDocument?> ReadAsync(string tenant, string kind, string id, CancellationToken stop) => database.First.FirstAsync(
        "select version, content from documents where tenant = $1 and kind = $2 and id = $3", values => values.Text(tenant).Text(kind).Text(id),
        row => new StoredDocument(kind, id, row.GetInt64(0), row.Blob(1)), stop);

    /// <inheritdoc/>
    public ValueTask<StoredDocument?> ReadVersionAsync(string tenant, string kind, string id, long version, CancellationToken stop) => database.First.FirstAsync(
        """
        select content from documents where tenant = $1 and kind = $2 and id = $3 and version = $4
        union all
        select content from document_history where tenant = $1 and kind = $2 and id = $3 and version = $4
        """, values => values.Text(tenant).Text(kind).Text(id).Put(version), row => new StoredDocument(kind, id, version, row.Blob(0)), stop);

    /// <inheritdoc/>
    public ValueTask<long> WriteAsync(string tenant, string kind, string id, long? expectedVersion, ReadOnlyMemory<byte> content, bool keepHistory, AuditNote? note, CancellationToken stop) =>
        database.First.WriteAsync(async (connection, ending) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(ending).ConfigureAwait(false);

            // Writers of one document come one after the other, of a new one too.
            await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended(encode($1 || '\\x00' || $2 || '\\x00' || $3, 'hex'), 0))", connection);
            hold.Parameters.Text(tenant).Text(kind).Text(id);
            await hold.ExecuteNonQueryAsync(ending).ConfigureAwait(false);
            var current = await CurrentAsync(connection, tenant, kind, id, ending).ConfigureAwait(false);
            if (expectedVersion is { } expected && expected != current)
            {
                throw new DocumentConflictException(kind, id, expected, current);
            }

            await using var write = new NpgsqlBatch(connection);
            if (keepHistory && current > 0)
            {
                var keep = new NpgsqlBatchCommand("""
                    insert into document_history (tenant, kind, id, version, content)
                    select tenant, kind, id, version, content from documents where tenant = $1 and kind = $2 and id = $3
                    """);
                keep.Parameters.Text(tenant).Text(kind).Text(id);
                write.BatchCommands.Add(keep);
            }

            var put = new NpgsqlBatchCommand("""
                insert into documents (tenant, kind, id, version, content) values ($1, $2, $3, $4, $5)
                on conflict (tenant, kind, id) do update set version = excluded.version, content = excluded.content
                """);
            put.Parameters.Text(tenant).Text(kind).Text(id).Put(current + 1).Put(content);
            write.BatchCommands.Add(put);
            await write.ExecuteNonQueryAsync(ending).ConfigureAwait(false);
            await PostgresAuditLog.AppendAsync(connection, tenant, note, ending).ConfigureAwait(false);
            await transaction.CommitAsync(ending).ConfigureAwait(false);
            return current + 1;
        }, stop);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string tenant, string kind, string id, AuditNote? note, CancellationToken stop) =>
        await database.First.WriteAsync(async (connection, ending) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(ending).ConfigureAwait(false);
            await using var delete = new NpgsqlCommand("""
                with history as (delete from document_history where tenant = $1 and kind = $2 and id = $3)
                delete from documents where tenant = $1 and kind = $2 and id = $3
                """, connection);
            delete.Parameters.Text(tenant).Text(kind).Text(id);
            var deleted = await delete.ExecuteNonQueryAsync(ending).ConfigureAwait(false);
            await PostgresAuditLog.AppendAsync(connection, tenant, note, ending).ConfigureAwait(false);
            await transaction.CommitAsync(ending).ConfigureAwait(false);
            return deleted;
        }, stop).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredDocument>> ListAsync(string tenant, string kind, CancellationToken stop) => await database.First.ListAsync(
        "select id, version, content from documents where tenant = $1 and kind = $2 order by id", values => values.Text(tenant).Text(kind),
        row => new StoredDocument(kind, row.Text(0), row.GetInt64(1), row.Blob(2)), stop).ConfigureAwait(false);

    static async ValueTask<long> CurrentAsync(NpgsqlConnection connection, string tenant, string kind, string id, CancellationToken stop)
    {
        await using var read = new NpgsqlCommand("select version from documents where tenant = $1 and kind = $2 and id = $3", connection);
        read.Parameters.Text(tenant).Text(kind).Text(id);
        return await read.ExecuteScalarAsync(stop).ConfigureAwait(false) as long? ?? 0;
    }
}
