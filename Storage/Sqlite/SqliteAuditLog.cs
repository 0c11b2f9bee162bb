using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Storage.Auditing;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>The audit trail in the embedded store. One writer works at a time, so an entry always follows the newest.</summary>
public sealed class SqliteAuditLog(SqliteDatabase database) : IAuditLog
{
    const string Columns = "number, note, previous, hash";

    /// <inheritdoc/>
    public ValueTask<long> AppendAsync(string tenant, AuditNote note, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(note);
        return database.WriteAsync<long>(1_000, (transaction, _) => Append(transaction, tenant, note), stop);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEntry>> ListAsync(string tenant, AuditFilter filter, long below, int limit, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(filter);
        using var reader = database.Read(stop);
        using var rows = reader.Use($"""
            select {Columns} from audit where tenant = ?1 and number < ?2 and (?3 is null or actor = ?3) and (?4 is null or kind = ?4) and (?5 is null or object = ?5)
            order by number desc limit ?6
            """);
        rows.Text(1, tenant).Int(2, below).Text(3, filter.Actor).Text(4, filter.Kind).Text(5, filter.Subject).Int(6, limit);
        return ValueTask.FromResult<IReadOnlyList<AuditEntry>>(All(rows));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(string tenant, long above, int limit, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use($"select {Columns} from audit where tenant = ?1 and number > ?2 order by number limit ?3");
        rows.Text(1, tenant).Int(2, above).Int(3, limit);
        return ValueTask.FromResult<IReadOnlyList<AuditEntry>>(All(rows));
    }

    /// <summary>Adds an entry within a transaction; nothing without a note.</summary>
    internal static long Append(WriteTransaction transaction, string tenant, AuditNote? note)
    {
        if (note is null)
        {
            return 0;
        }

        var entry = Next(transaction, tenant, note);
        using var insert = transaction.Use("insert into audit (tenant, number, actor, kind, object, note, previous, hash) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        insert.Text(1, tenant).Int(2, entry.Number).Text(3, note.Actor).Text(4, note.Kind).Text(5, note.Subject)
            .Blob(6, entry.Note.Span).Blob(7, entry.Previous.Span).Blob(8, entry.Hash.Span).Run();
        return entry.Number;
    }

    static AuditEntry Next(WriteTransaction transaction, string tenant, AuditNote note)
    {
        using var newest = transaction.Use("select number, hash from audit where tenant = ?1 order by number desc limit 1");
        return newest.Text(1, tenant).Step() ? AuditChain.Next(newest.Int(0) + 1, newest.Blob(1).ToArray(), note) : AuditChain.Next(1, AuditChain.Beginning, note);
    }

    static List<AuditEntry> All(Statement rows)
    {
        var all = new List<AuditEntry>();
        while (rows.Step())
        {
            all.Add(new AuditEntry(rows.Int(0), rows.Blob(1).ToArray(), rows.Blob(2).ToArray(), rows.Blob(3).ToArray()));
        }

        return all;
    }
}
