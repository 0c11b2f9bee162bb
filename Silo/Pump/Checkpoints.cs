using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Writes the rows of agents that have been ahead of them long enough. Whatever fails is tried again when the partition has been opened anew.</summary>
sealed class Checkpoints(AgentLedger ledger, TimeProvider time, ILogger<Checkpoints> log) : BackgroundService
{
    static readonly TimeSpan look = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ledger.CheckpointDueAsync(stoppingToken);
            }
            catch (PartitionLostException)
            {
                // The pump of the partition finds out by itself and says so.
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                CheckpointLog.Failed(log, fault);
            }
        }
    }
}

internal static partial class CheckpointLog
{
    [LoggerMessage(411, LogLevel.Error, "Rows of agents could not be written; the partition is opened anew and repeats what is missing")]
    public static partial void Failed(ILogger log, Exception error);
}
