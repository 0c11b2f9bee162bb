using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Sqlite;

/// <content>The dead letters, written in the transaction of the append that found them.</content>
public sealed partial class SqliteEventLog : IDeadLetters
{
    const string Columns = "tenant, id, source, reason, detail, at, trusted, message_id, payload, replayed_at";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string tenant, string? source, string? reason, string? after, int limit, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var seen = after is null ? null : Find(tenant, after, stop)
            ?? throw new ArgumentException($"after is '{after}', which is no dead letter of {tenant}; start at the first page.", nameof(after));
        using var reader = database.Read(stop);
        using var rows = reader.Use($"""
            select {Columns} from dead_letters
            where tenant = ?1 and (at, id) < (?2, ?3) and (?4 is null or source = ?4) and (?5 is null or reason = ?5)
            order by at desc, id desc limit ?6
            """);
        rows.Text(1, tenant).Int(2, seen?.At.UnixMilliseconds ?? long.MaxValue).Text(3, after ?? "").Text(4, source).Text(5, reason).Int(6, limit);
        var letters = new List<DeadLetter>();
        while (rows.Step())
        {
            letters.Add(Letter(rows));
        }

        return ValueTask.FromResult<IReadOnlyList<DeadLetter>>(letters);
    }

    /// <inheritdoc/>
    public ValueTask<DeadLetter?> FindAsync(string tenant, string id, CancellationToken stop) => ValueTask.FromResult(Find(tenant, id, stop));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, long>> CountOpenAsync(string tenant, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("select reason, count(*) from dead_letters where tenant = ?1 and replayed_at is null group by reason");
        rows.Text(1, tenant);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        while (rows.Step())
        {
            counts.Add(rows.Text(0), rows.Int(1));
        }

        return ValueTask.FromResult<IReadOnlyDictionary<string, long>>(counts);
    }

    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(letters);
        if (letters.Count > 0)
        {
            await database.WriteAsync<bool>(letters.Sum(BytesOf), (transaction, _) =>
            {
                Add(transaction, letters);
                return true;
            }, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> MarkReplayedAsync(string tenant, string id, Instant at, CancellationToken stop)
    {
        var bytes = Statement.Length(tenant) + Statement.Length(id);
        return database.WriteAsync<bool>(bytes, (transaction, _) =>
        {
            using var mark = transaction.Use("update dead_letters set replayed_at = ?3 where tenant = ?1 and id = ?2 and replayed_at is null");
            return mark.Text(1, tenant).Text(2, id).Int(3, at.UnixMilliseconds).Run() > 0;
        }, stop);
    }

    /// <inheritdoc/>
    public ValueTask<long> DeleteAsync(string tenant, IReadOnlyList<string> ids, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return database.WriteAsync<long>(ids.Sum(Statement.Length), (transaction, _) => SecureDelete.Run(transaction, () =>
        {
            long gone = 0;
            foreach (var id in ids)
            {
                using var delete = transaction.Use("delete from dead_letters where tenant = ?1 and id = ?2");
                gone += delete.Text(1, tenant).Text(2, id).Run();
            }

            return gone;
        }), stop);
    }

    internal static long BytesOf(DeadLetter letter) =>
        Statement.Length(letter.Tenant) + Statement.Length(letter.Id) + Statement.Length(letter.Source) + Statement.Length(letter.Reason)
        + Statement.Length(letter.Detail) + Statement.Length(letter.MessageId ?? "") + letter.Payload.Length;

    internal static void Add(WriteTransaction transaction, IReadOnlyList<DeadLetter> letters)
    {
        for (var i = 0; i < letters.Count; i++)
        {
            var letter = letters[i];
            using var insert = transaction.Use($"insert into dead_letters ({Columns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) on conflict (tenant, id) do nothing");
            insert.Text(1, letter.Tenant).Text(2, letter.Id).Text(3, letter.Source).Text(4, letter.Reason).Text(5, letter.Detail)
                .Int(6, letter.At.UnixMilliseconds).Int(7, letter.Trusted ? 1 : 0).Text(8, letter.MessageId).Blob(9, letter.Payload.Span)
                .Int(10, letter.ReplayedAt?.UnixMilliseconds).Run();
        }
    }

    DeadLetter? Find(string tenant, string id, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var row = reader.Use($"select {Columns} from dead_letters where tenant = ?1 and id = ?2");
        return row.Text(1, tenant).Text(2, id).Step() ? Letter(row) : null;
    }

    static DeadLetter Letter(Statement row) => new()
    {
        Tenant = row.Text(0),
        Id = row.Text(1),
        Source = row.Text(2),
        Reason = row.Text(3),
        Detail = row.Text(4),
        At = new Instant(row.Int(5)),
        Trusted = row.Int(6) != 0,
        MessageId = row.IsNull(7) ? null : row.Text(7),
        Payload = row.Blob(8).ToArray(),
        ReplayedAt = row.IsNull(9) ? null : new Instant(row.Int(9)),
    };
}
