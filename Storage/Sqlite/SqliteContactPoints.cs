using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Contact points in the embedded store.</summary>
public sealed class SqliteContactPoints(SqliteDatabase database) : IContactPoints
{
    /// <inheritdoc/>
    public async ValueTask KnowAsync(string agent, string channel, ReadOnlyMemory<byte> fingerprint, CancellationToken stop)
    {
        var tenant = KeyTenant.Of(agent);
        var bytes = Statement.Length(agent) + Statement.Length(channel) + fingerprint.Length;
        await database.WriteAsync<int>(bytes, (transaction, _) =>
        {
            using var insert = transaction.Use("insert into contact_points (tenant, channel, fingerprint, agent) values (?1, ?2, ?3, ?4) on conflict do nothing");
            return insert.Text(1, tenant).Text(2, channel).Blob(3, fingerprint.Span).Text(4, agent).Run();
        }, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> AgentsAsync(string tenant, string channel, ReadOnlyMemory<byte> fingerprint, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("select agent from contact_points where tenant = ?1 and channel = ?2 and fingerprint = ?3 order by agent");
        rows.Text(1, KeyTenant.Escaped(tenant)).Text(2, channel).Blob(3, fingerprint.Span);
        var agents = new List<string>();
        while (rows.Step())
        {
            agents.Add(rows.Text(0));
        }

        return ValueTask.FromResult<IReadOnlyList<string>>(agents);
    }

    /// <inheritdoc/>
    public async ValueTask<int> ForgetAsync(string agent, CancellationToken stop) =>
        await database.WriteAsync<int>(Statement.Length(agent), (transaction, _) =>
        {
            using var delete = transaction.Use("delete from contact_points where agent = ?1");
            return delete.Text(1, agent).Run();
        }, stop).ConfigureAwait(false);
}
