using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Storage.Auditing;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The audit trail on the first server.</summary>
public sealed class PostgresAuditLog(PostgresDatabase database) : IAuditLog
{
    const string Columns = "number, note, previous, hash";

    /// <inheritdoc/>
    public ValueTask<long> AppendAsync(string tenant, AuditNote note, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(note);
        return database.First.WriteAsync(async (connection, ending) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(ending).ConfigureAwait(false);
            var number = await AppendAsync(connection, tenant, note, ending).ConfigureAwait(false);
            await transaction.CommitAsync(ending).ConfigureAwait(false);
            return number;
        }, stop);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AuditEntry>> ListAsync(string tenant, AuditFilter filter, long below, int limit, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await database.First.ListAsync(
            $"""
            select {Columns} from audit where tenant = $1 and number < $2 and ($3::bytea is null or actor = $3) and ($4::bytea is null or kind = $4) and ($5::bytea is null or object = $5)
            order by number desc limit $6
            """,
            values => values.Text(tenant).Put(below).Text(filter.Actor).Text(filter.Kind).Text(filter.Subject).Put(limit), Entry, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(string tenant, long above, int limit, CancellationToken stop) => await database.First.ListAsync(
        $"select {Columns} from audit where tenant = $1 and number > $2 order by number limit $3", values => values.Text(tenant).Put(above).Put(limit), Entry, stop).ConfigureAwait(false);

    /// <summary>Adds an entry within a transaction, which holds the end of the chain until it ends; nothing without a note.</summary>
    internal static async ValueTask<long> AppendAsync(NpgsqlConnection connection, string tenant, AuditNote? note, CancellationToken stop)
    {
        if (note is null)
        {
            return 0;
        }

        await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('audit-' || encode($1, 'hex'), 0))", connection);
        hold.Parameters.Text(tenant);
        await hold.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
        var entry = await NextAsync(connection, tenant, note, stop).ConfigureAwait(false);
        await using var insert = new NpgsqlCommand("insert into audit (tenant, number, actor, kind, object, note, previous, hash) values ($1, $2, $3, $4, $5, $6, $7, $8)", connection);
        insert.Parameters.Text(tenant).Put(entry.Number).Text(note.Actor).Text(note.Kind).Text(note.Subject).Put(entry.Note).Put(entry.Previous).Put(entry.Hash);
        await insert.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
        return entry.Number;
    }

    static async ValueTask<AuditEntry> NextAsync(NpgsqlConnection connection, string tenant, AuditNote note, CancellationToken stop)
    {
        await using var newest = new NpgsqlCommand("select number, hash from audit where tenant = $1 order by number desc limit 1", connection);
        newest.Parameters.Text(tenant);
        await using var row = await newest.ExecuteReaderAsync(stop).ConfigureAwait(false);
        return await row.ReadAsync(stop).ConfigureAwait(false) ? AuditChain.Next(row.GetInt64(0) + 1, row.Blob(1), note) : AuditChain.Next(1, AuditChain.Beginning, note);
    }

    static AuditEntry Entry(NpgsqlDataReader row) => new(row.GetInt64(0), row.Blob(1), row.Blob(2), row.Blob(3));
}
