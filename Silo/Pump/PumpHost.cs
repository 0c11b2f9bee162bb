using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Runs the pumps of the partitions that this silo owns: all of them, as long as it is the only one.</summary>
public sealed class PumpHost(IEventLog eventLog, PartitionPump pump, TimeProvider time, ILogger<PumpHost> log) : BackgroundService
{
    static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, eventLog.Partitions).Select(partition => KeepRunningAsync(partition, stoppingToken)));

    async Task KeepRunningAsync(int partition, CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await pump.RunAsync(partition, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                PumpLog.Stopped(log, partition, error);
                await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

internal static partial class PumpLog
{
    [LoggerMessage(401, LogLevel.Warning, "Agent {Agent} failed to take its events (attempt {Attempt}); trying again")]
    public static partial void Retrying(ILogger log, string agent, int attempt, Exception error);

    [LoggerMessage(402, LogLevel.Error, "Agent {Agent} could not take its events of partition {Partition} from offset {Offset}; they are in the dead letters")]
    public static partial void GaveUp(ILogger log, string agent, int partition, long offset, Exception error);

    [LoggerMessage(403, LogLevel.Error, "The pump of partition {Partition} stopped; it starts again in a second")]
    public static partial void Stopped(ILogger log, int partition, Exception error);
}
