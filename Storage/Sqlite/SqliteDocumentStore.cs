using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Documents in the embedded store.</summary>
public sealed class SqliteDocumentStore(SqliteDatabase database) : IDocumentStore
{
    /// <inheritdoc/>
    public ValueTask<StoredDocument?> ReadAsync(string tenant, string kind, string id, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var row = reader.Use("select version, content from documents where tenant = ?1 and kind = ?2 and id = ?3");
        return ValueTask.FromResult(row.Text(1, tenant).Text(2, kind).Text(3, id).Step() ? new StoredDocument(kind, id, row.Int(0), row.Blob(1).ToArray()) : null);
    }

    /// <inheritdoc/>
    public ValueTask<StoredDocument?> ReadVersionAsync(string tenant, string kind, string id, long version, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var row = reader.Use("""
            select content from documents where tenant = ?1 and kind = ?2 and id = ?3 and version = ?4
            union all
            select content from document_history where tenant = ?1 and kind = ?2 and id = ?3 and version = ?4
            """);
        return ValueTask.FromResult(row.Text(1, tenant).Text(2, kind).Text(3, id).Int(4, version).Step() ? new StoredDocument(kind, id, version, row.Blob(0).ToArray()) : null);
    }

    /// <inheritdoc/>
    public ValueTask<long> WriteAsync(string tenant, string kind, string id, long? expectedVersion, ReadOnlyMemory<byte> content, bool keepHistory, AuditNote? note, CancellationToken stop)
    {
        var bytes = Statement.Length(tenant) + Statement.Length(kind) + Statement.Length(id) + content.Length;
        return database.WriteAsync<long>(bytes, (transaction, refuse) =>
        {
            var current = Current(transaction, tenant, kind, id);
            if (expectedVersion is { } expected && expected != current)
            {
                return refuse(new DocumentConflictException(kind, id, expected, current));
            }

            if (keepHistory && current > 0)
            {
                using var keep = transaction.Use("""
                    insert into document_history (tenant, kind, id, version, content)
                    select tenant, kind, id, version, content from documents where tenant = ?1 and kind = ?2 and id = ?3
                    """);
                keep.Text(1, tenant).Text(2, kind).Text(3, id).Run();
            }

            using var write = transaction.Use("""
                insert into documents (tenant, kind, id, version, content) values (?1, ?2, ?3, ?4, ?5)
                on conflict (tenant, kind, id) do update set version = ?4, content = ?5
                """);
            write.Text(1, tenant).Text(2, kind).Text(3, id).Int(4, current + 1).Blob(5, content.Span).Run();
            SqliteAuditLog.Append(transaction, tenant, note);
            return current + 1;
        }, stop);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string tenant, string kind, string id, AuditNote? note, CancellationToken stop)
    {
        var bytes = Statement.Length(tenant) + Statement.Length(kind) + Statement.Length(id);
        await database.WriteAsync<int>(bytes, (transaction, _) =>
        {
            SqliteAuditLog.Append(transaction, tenant, note);
            using var history = transaction.Use("delete from document_history where tenant = ?1 and kind = ?2 and id = ?3");
            history.Text(1, tenant).Text(2, kind).Text(3, id).Run();
            using var newest = transaction.Use("delete from documents where tenant = ?1 and kind = ?2 and id = ?3");
            return newest.Text(1, tenant).Text(2, kind).Text(3, id).Run();
        }, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredDocument>> ListAsync(string tenant, string kind, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("select id, version, content from documents where tenant = ?1 and kind = ?2 order by id");
        rows.Text(1, tenant).Text(2, kind);
        var all = new List<StoredDocument>();
        while (rows.Step())
        {
            all.Add(new StoredDocument(kind, rows.Text(0), rows.Int(1), rows.Blob(2).ToArray()));
        }

        return ValueTask.FromResult<IReadOnlyList<StoredDocument>>(all);
    }

    static long Current(WriteTransaction transaction, string tenant, string kind, string id)
    {
        using var row = transaction.Use("select version from documents where tenant = ?1 and kind = ?2 and id = ?3");
        return row.Text(1, tenant).Text(2, kind).Text(3, id).Step() ? row.Int(0) : 0;
    }
}
