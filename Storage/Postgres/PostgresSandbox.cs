using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.State;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The sandbox outbox, on the first server.</summary>
public sealed class PostgresSandbox(PostgresDatabase database) : ISandbox
{
    /// <inheritdoc/>
    public async ValueTask KeepAsync(SandboxMessage message, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(message);
        await database.First.RunAsync(
            "insert into sandbox (decision, tenant, agent, channel, at, content) values ($1, $2, $3, $4, $5, $6) on conflict (decision) do nothing",
            values => values.Text(message.DecisionId).Text(KeyTenant.Of(message.Agent)).Text(message.Agent).Text(message.Channel).Put(message.At.UnixMilliseconds).Put(message.Content),
            stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SandboxMessage>> ListAsync(string tenant, string? agent, string? after, int limit, CancellationToken stop)
    {
        var part = KeyTenant.Escaped(tenant);
        var before = after is null ? long.MaxValue : await AtAsync(part, after, stop).ConfigureAwait(false);
        return await database.First.ListAsync(
            agent is null
                ? "select decision, agent, channel, at, content from sandbox where tenant = $1 and (at, decision) < ($2, $3) order by at desc, decision desc limit $4"
                : "select decision, agent, channel, at, content from sandbox where tenant = $1 and agent = $5 and (at, decision) < ($2, $3) order by at desc, decision desc limit $4",
            values =>
            {
                values.Text(part).Put(before).Text(after ?? "").Put(limit);
                if (agent is not null)
                {
                    values.Text(agent);
                }
            },
            Message, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long> EraseAsync(string agent, Instant upTo, CancellationToken stop) => await database.First.RunAsync(
        "delete from sandbox where tenant = $1 and agent = $2 and at <= $3", values => values.Text(KeyTenant.Of(agent)).Text(agent).Put(upTo.UnixMilliseconds), stop).ConfigureAwait(false);

    async ValueTask<long> AtAsync(string tenant, string decision, CancellationToken stop) => await database.First.FirstAsync(
        "select at from sandbox where tenant = $1 and decision = $2", values => values.Text(tenant).Text(decision), row => (long?)row.GetInt64(0), stop).ConfigureAwait(false)
        ?? throw new ArgumentException($"after is '{decision}', which is no message of this tenant; start at the first page.", nameof(decision));

    static SandboxMessage Message(NpgsqlDataReader row) => new(row.Text(0), row.Text(1), row.Text(2), new Instant(row.GetInt64(3)), row.Blob(4));
}
