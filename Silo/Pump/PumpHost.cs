using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Runs the pumps of the partitions that this silo owns, and follows the membership of the cluster.</summary>
public sealed class PumpHost(PartitionOwners owners, PartitionPump pump, TimeProvider time, ILogger<PumpHost> log) : BackgroundService
{
    static readonly TimeSpan pause = TimeSpan.FromSeconds(1), patience = TimeSpan.FromSeconds(15);
    readonly Dictionary<int, (CancellationTokenSource Stop, Task Running)> pumps = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            for (var version = long.MinValue; !stoppingToken.IsCancellationRequested;)
            {
                var mine = owners.Mine();
                foreach (var partition in mine.Where(partition => !pumps.ContainsKey(partition)))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    pumps[partition] = (stop, KeepRunningAsync(partition, stop.Token));
                }

                await Task.WhenAll(pumps.Keys.Where(partition => !mine.Contains(partition)).ToList().Select(EndAsync));
                version = await owners.ChangedAsync(version, patience, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo is stopping.
        }
        finally
        {
            await Task.WhenAll(pumps.Keys.ToList().Select(EndAsync));
        }
    }

    // The batch in hand is finished and the rows are written before the next owner needs them; if it is faster, its term decides.
    async Task EndAsync(int partition)
    {
        if (pumps.Remove(partition, out var pump))
        {
            await pump.Stop.CancelAsync();
            await pump.Running;
            pump.Stop.Dispose();
        }
    }

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
            catch (PartitionLostException) when (!owners.IsMine(partition))
            {
                return;
            }
            catch (Exception error)
            {
                if (error is StoreUnavailableException or StoreSettingException or StoreMismatchException)
                {
                    PumpLog.Waits(log, partition, error.Message);
                }
                else
                {
                    PumpLog.Stopped(log, partition, error);
                }

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

    // Without a stack: every partition says it every second of an outage.
    [LoggerMessage(404, LogLevel.Error, "The pump of partition {Partition} waits and tries again every second: {Reason}")]
    public static partial void Waits(ILogger log, int partition, string reason);

    [LoggerMessage(403, LogLevel.Error, "The pump of partition {Partition} stopped; it starts again in a second")]
    public static partial void Stopped(ILogger log, int partition, Exception error);
}
