using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Contact points, on the first server.</summary>
public sealed class PostgresContactPoints(PostgresDatabase database) : IContactPoints
{
    /// <inheritdoc/>
    public async ValueTask KnowAsync(string agent, string channel, ReadOnlyMemory<byte> fingerprint, CancellationToken stop) =>
        await database.First.RunAsync(
            "insert into contact_points (tenant, channel, fingerprint, agent) values ($1, $2, $3, $4) on conflict do nothing",
            values => values.Text(KeyTenant.Of(agent)).Text(channel).Put(fingerprint).Text(agent), stop).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> AgentsAsync(string tenant, string channel, ReadOnlyMemory<byte> fingerprint, CancellationToken stop) =>
        await database.First.ListAsync(
            "select agent from contact_points where tenant = $1 and channel = $2 and fingerprint = $3 order by agent",
            values => values.Text(KeyTenant.Escaped(tenant)).Text(channel).Put(fingerprint), row => row.Text(0), stop).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<int> ForgetAsync(string agent, CancellationToken stop) =>
        await database.First.RunAsync("delete from contact_points where agent = $1", values => values.Text(agent), stop).ConfigureAwait(false);
}
