using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The dead letters, on the first server.</summary>
public sealed class PostgresDeadLetters(PostgresDatabase database) : IDeadLetters
{
    const string Columns = "tenant, id, source, reason, detail, at, trusted, message_id, payload, replayed_at";

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string tenant, string? source, string? reason, string? after, int limit, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var seen = after is null ? null : await FindAsync(tenant, after, stop).ConfigureAwait(false)
            ?? throw new ArgumentException($"after is '{after}', which is no dead letter of {tenant}; start at the first page.", nameof(after));
        return await database.First.ListAsync($"""
            select {Columns} from dead_letters
            where tenant = $1 and (at, id) < ($2, $3) and ($4::bytea is null or source = $4) and ($5::bytea is null or reason = $5)
            order by at desc, id desc limit $6
            """, values => values.Text(tenant).Put(seen?.At.UnixMilliseconds ?? long.MaxValue).Text(after ?? "").Text(source).Text(reason).Put(limit), Letter, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<DeadLetter?> FindAsync(string tenant, string id, CancellationToken stop) => database.First.FirstAsync(
        $"select {Columns} from dead_letters where tenant = $1 and id = $2", values => values.Text(tenant).Text(id), Letter, stop);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, long>> CountOpenAsync(string tenant, CancellationToken stop)
    {
        var counts = await database.First.ListAsync(
            "select reason, count(*) from dead_letters where tenant = $1 and replayed_at is null group by reason",
            values => values.Text(tenant), row => KeyValuePair.Create(row.Text(0), row.GetInt64(1)), stop).ConfigureAwait(false);
        return new Dictionary<string, long>(counts, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(letters);
        if (letters.Count > 0)
        {
            var rows = new LetterRows(letters);
            await database.First.WriteAsync(async (connection, ending) =>
            {
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { LetterRows.Insert([rows]) } };
                return await batch.ExecuteNonQueryAsync(ending).ConfigureAwait(false);
            }, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> MarkReplayedAsync(string tenant, string id, Instant at, CancellationToken stop) => await database.First.RunAsync(
        "update dead_letters set replayed_at = $3 where tenant = $1 and id = $2 and replayed_at is null",
        values => values.Text(tenant).Text(id).Put(at.UnixMilliseconds), stop).ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async ValueTask<long> DeleteAsync(string tenant, IReadOnlyList<string> ids, CancellationToken stop) => await database.First.RunAsync(
        "delete from dead_letters where tenant = $1 and id = any($2)", values => values.Text(tenant).Blobs([.. ids.Select(PostgresText.Bytes)]), stop).ConfigureAwait(false);

    static DeadLetter Letter(NpgsqlDataReader row) => new()
    {
        Tenant = row.Text(0),
        Id = row.Text(1),
        Source = row.Text(2),
        Reason = row.Text(3),
        Detail = row.Text(4),
        At = new Instant(row.GetInt64(5)),
        Trusted = row.GetBoolean(6),
        MessageId = row.IsDBNull(7) ? null : row.Text(7),
        Payload = row.Blob(8),
        ReplayedAt = row.IsDBNull(9) ? null : new Instant(row.GetInt64(9)),
    };
}
