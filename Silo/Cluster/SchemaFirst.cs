using Aampe.Agents.Storage.Postgres;

namespace Aampe.Agents.Silo.Cluster;

/// <summary>Membership and reminders live in tables that the store makes: it is opened before Orleans starts.</summary>
sealed class SchemaFirst(PostgresDatabase database) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
