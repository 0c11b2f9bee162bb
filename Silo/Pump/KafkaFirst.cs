using Aampe.Agents.Storage.Kafka;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Before anything is served: the topic is there, with as many partitions as the settings say.</summary>
sealed class KafkaFirst(KafkaEventLog log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken) => await log.CheckAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
