using Aampe.Agents.Storage.Auditing;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Registers the store on PostgreSQL.</summary>
public static class PostgresStorage
{
    /// <summary>
    /// Adds event log, cursors, dead letters, agents, documents and sandbox on one or several servers. They are opened by the first that
    /// asks for one of them and closed with the container. Uses the container's <see cref="TimeProvider"/> for the days of the log and the
    /// patience of waiting readers.
    /// </summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services, Action<PostgresOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddSingleton(all =>
        {
            var options = new PostgresOptions();
            configure(options);
            return new PostgresDatabase(options, all.GetService<TimeProvider>() ?? TimeProvider.System);
        });
        services.AddSingleton<PostgresEventLog>();
        services.AddKeyedSingleton<IEventLog>(LedgerStorage.Beneath, (all, _) => all.GetRequiredService<PostgresEventLog>());
        services.AddSingleton<ILogRetention>(all => all.GetRequiredService<PostgresEventLog>());
        services.AddSingleton<IPersonalLog, PostgresPersonalLog>();
        services.AddSingleton<IPartitionCursors, PostgresPartitionCursors>();
        services.AddSingleton<IDeadLetters, PostgresDeadLetters>();
        services.AddKeyedSingleton<IAgentStore, PostgresAgentStore>(LedgerStorage.Beneath);
        services.AddSingleton<IAgentLedger, PostgresLedger>();
        services.AddSingleton<IDocumentStore, PostgresDocumentStore>();
        services.AddSingleton<IAuditLog, PostgresAuditLog>();
        services.AddSingleton<ISandbox, PostgresSandbox>();
        services.AddSingleton<IContactPoints, PostgresContactPoints>();
        return services;
    }
}
