using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>The sandbox outbox in the embedded store.</summary>
public sealed class SqliteSandbox(SqliteDatabase database) : ISandbox
{
    /// <inheritdoc/>
    public async ValueTask KeepAsync(SandboxMessage message, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(message);
        var tenant = KeyTenant.Of(message.Agent);
        var bytes = Statement.Length(message.DecisionId) + Statement.Length(message.Agent) + Statement.Length(message.Channel) + message.Content.Length;
        await database.WriteAsync<int>(bytes, (transaction, _) =>
        {
            using var insert = transaction.Use("""
                insert into sandbox (decision, tenant, agent, channel, at, content) values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (decision) do nothing
                """);
            return insert.Text(1, message.DecisionId).Text(2, tenant).Text(3, message.Agent).Text(4, message.Channel)
                .Int(5, message.At.UnixMilliseconds).Blob(6, message.Content.Span).Run();
        }, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SandboxMessage>> ListAsync(string tenant, string? agent, string? after, int limit, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        var part = KeyTenant.Escaped(tenant);
        using var rows = reader.Use(agent is null
            ? "select decision, agent, channel, at, content from sandbox where tenant = ?1 and (at, decision) < (?2, ?3) order by at desc, decision desc limit ?4"
            : "select decision, agent, channel, at, content from sandbox where tenant = ?1 and agent = ?5 and (at, decision) < (?2, ?3) order by at desc, decision desc limit ?4");
        rows.Text(1, part).Int(2, after is null ? long.MaxValue : At(reader, part, after)).Text(3, after ?? "").Int(4, limit);
        if (agent is not null)
        {
            rows.Text(5, agent);
        }

        var all = new List<SandboxMessage>();
        while (rows.Step())
        {
            all.Add(new SandboxMessage(rows.Text(0), rows.Text(1), rows.Text(2), new Instant(rows.Int(3)), rows.Blob(4).ToArray()));
        }

        return ValueTask.FromResult<IReadOnlyList<SandboxMessage>>(all);
    }

    /// <inheritdoc/>
    public ValueTask<long> EraseAsync(string agent, Instant upTo, CancellationToken stop) => database.WriteAsync<long>(Statement.Length(agent), (transaction, _) => SecureDelete.Run(transaction, () =>
    {
        using var delete = transaction.Use("delete from sandbox where agent = ?1 and at <= ?2");
        return (long)delete.Text(1, agent).Int(2, upTo.UnixMilliseconds).Run();
    }), stop);

    static long At(SqliteDatabase.ReadLease reader, string tenant, string decision)
    {
        using var row = reader.Use("select at from sandbox where tenant = ?1 and decision = ?2");
        return row.Text(1, tenant).Text(2, decision).Step()
            ? row.Int(0)
            : throw new ArgumentException($"after is '{decision}', which is no message of this tenant; start at the first page.", nameof(decision));
    }
}
