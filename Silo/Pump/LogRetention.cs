using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Once an hour takes events out of the log that are older than <c>Log:RetentionDays</c>; one silo does it for all.</summary>
sealed class LogRetention(PartitionOwners owners, IClock clock, TimeProvider time, ILogger<LogRetention> log, ILogRetention? retention = null) : BackgroundService
{
    const int Trimming = 0;
    static readonly TimeSpan look = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (retention is null || clock.Simulated)
        {
            return;
        }

        using var timer = new PeriodicTimer(look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (owners.IsMine(Trimming))
                {
                    RetentionLog.Trimmed(log, await retention.TrimAsync(clock.Now - retention.Retention, stoppingToken));
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                RetentionLog.Failed(log, fault);
            }
        }
    }
}

internal static partial class RetentionLog
{
    [LoggerMessage(421, LogLevel.Information, "{Events} old events were taken out of the log")]
    public static partial void Trimmed(ILogger log, long events);

    [LoggerMessage(422, LogLevel.Error, "Old events could not be taken out of the log; the next try is in an hour")]
    public static partial void Failed(ILogger log, Exception error);
}
