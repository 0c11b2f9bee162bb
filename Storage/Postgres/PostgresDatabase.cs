namespace Aampe.Agents.Storage.Postgres;

/// <summary>The servers of the store: opened and brought to this release's schema when it is made, closed with it.</summary>
public sealed class PostgresDatabase : IAsyncDisposable, IDisposable
{
    readonly List<DatabaseServer> servers = [];
    readonly List<LogServer> logs = [];
    readonly List<AgentServer> agents = [];
    readonly List<LedgerServer> ledgers = [];
    Task? ended;

    /// <summary>Connects to every server, waiting for one that is just starting.</summary>
    /// <exception cref="StoreSettingException">A server refuses what the settings say.</exception>
    /// <exception cref="StoreMismatchException">A database was made with other fixed settings, or by a later release.</exception>
    /// <exception cref="StoreUnavailableException">A server does not answer.</exception>
    public PostgresDatabase(PostgresOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        try
        {
            for (var number = 0; number < options.ConnectionStrings.Count; number++)
            {
                servers.Add(new DatabaseServer(options, number));
            }

            foreach (var server in servers)
            {
                logs.Add(new LogServer(server, options, time));
                agents.Add(new AgentServer(server, options.Lanes));
                ledgers.Add(new LedgerServer(server, options.Lanes));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The settings it was opened with.</summary>
    public PostgresOptions Options { get; }

    internal int Epoch => servers[0].Epoch;

    /// <summary>The server of everything that is not partitioned.</summary>
    internal DatabaseServer First => servers[0];

    internal IReadOnlyList<LogServer> Logs => logs;

    internal IReadOnlyList<AgentServer> Agents => agents;

    internal IReadOnlyList<LedgerServer> Ledgers => ledgers;

    internal int ServerOf(int partition) => partition % servers.Count;

    /// <summary>Writes what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        Task ending;
        lock (servers)
        {
            ending = ended ??= CloseAsync();
        }

        await ending.ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    async Task CloseAsync()
    {
        foreach (IAsyncDisposable writer in logs.Concat<IAsyncDisposable>(agents).Concat(ledgers))
        {
            await writer.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var server in servers)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }
}
