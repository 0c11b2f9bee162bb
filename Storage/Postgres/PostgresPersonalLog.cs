using Aampe.Agents.Storage.Privacy;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The log on PostgreSQL, looked through for single people, each partition on its server.</summary>
public sealed class PostgresPersonalLog(PostgresDatabase database) : IPersonalLog
{
    /// <inheritdoc/>
    public ValueTask<FoundEvents> FindAsync(int partition, long from, long upTo, string tenant, IReadOnlyDictionary<string, long> agents, CancellationToken stop) =>
        new PersonalRows(LogOf(partition).Server).FindAsync(partition, from, upTo, tenant, agents, stop);

    /// <inheritdoc/>
    public async ValueTask<TakenEvents> TakeOutAsync(int partition, long from, long upTo, string tenant, IReadOnlyDictionary<string, long> agents, CancellationToken stop)
    {
        var taken = await new PersonalRows(LogOf(partition).Server).TakeOutAsync(partition, from, upTo, tenant, agents, stop).ConfigureAwait(false);
        // What this process has written a moment ago and may hold for its own reader.
        LogOf(partition).Tail(partition).Forget();
        return taken;
    }

    /// <inheritdoc/>
    /// <remarks>Old versions of rows go with the server's own vacuum, what is written ahead with its own retention (docs/privacy.md).</remarks>
    public ValueTask SettleAsync(CancellationToken stop) => ValueTask.CompletedTask;

    LogServer LogOf(int partition) => database.Logs[database.ServerOf(partition)];
}
