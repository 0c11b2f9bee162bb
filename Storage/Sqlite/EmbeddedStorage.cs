using Aampe.Agents.Storage.Auditing;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Registers the embedded store.</summary>
public static class EmbeddedStorage
{
    /// <summary>
    /// Adds event log, dead letters, cursors, agents, documents and sandbox in one SQLite file. It is opened by the first that asks for one of
    /// them and closed with the container. Uses the container's <see cref="TimeProvider"/> for the patience of waiting readers.
    /// <see cref="LedgerStorage"/> says when rows are written.
    /// </summary>
    public static IServiceCollection AddEmbeddedStorage(this IServiceCollection services, Action<SqliteOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(_ =>
        {
            var options = new SqliteOptions();
            configure?.Invoke(options);
            return new SqliteDatabase(options);
        });
        services.AddSingleton(all => new SqliteEventLog(all.GetRequiredService<SqliteDatabase>(), all.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddKeyedSingleton<IEventLog>(LedgerStorage.Beneath, (all, _) => all.GetRequiredService<SqliteEventLog>());
        services.AddSingleton<IDeadLetters>(all => all.GetRequiredService<SqliteEventLog>());
        services.AddSingleton<ILogRetention>(all => all.GetRequiredService<SqliteEventLog>());
        services.AddSingleton<IPersonalLog, SqlitePersonalLog>();
        services.AddKeyedSingleton<IAgentStore, SqliteAgentStore>(LedgerStorage.Beneath);
        services.AddSingleton<IAgentLedger, SqliteLedger>();
        services.AddSingleton<IPartitionCursors, SqlitePartitionCursors>();
        services.AddSingleton<IDocumentStore, SqliteDocumentStore>();
        services.AddSingleton<IAuditLog, SqliteAuditLog>();
        services.AddSingleton<ISandbox, SqliteSandbox>();
        services.AddSingleton<IContactPoints, SqliteContactPoints>();
        return services;
    }
}
