using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Schedules;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Cohorts;

/// <summary>
/// Sees to it that every partition's schedule has its reminder. A shard that works off what is due answers late, and its silo may just be dying: no
/// start waits for that, since the owner looks for due agents by itself too.
/// </summary>
sealed class Heartbeats(IGrainFactory grains, IEventLog eventLog, IClock clock, TimeProvider time, ILogger<Heartbeats> log) : BackgroundService
{
    static readonly TimeSpan pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!clock.Simulated)
        {
            await Task.WhenAll(Enumerable.Range(0, eventLog.Partitions).Select(shard => ArmAsync(shard, stoppingToken)));
        }
    }

    async Task ArmAsync(int shard, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await grains.GetGrain<IScheduleShard>(shard).ArmAsync().AsTask().WaitAsync(stop);
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                HeartbeatLog.Late(log, shard, fault.Message);
                await Task.Delay(pause, time, stop);
            }
        }
    }
}

internal static partial class HeartbeatLog
{
    [LoggerMessage(321, LogLevel.Information, "The reminder of partition {Partition} is not registered yet: {Why} The next try is in five seconds")]
    public static partial void Late(ILogger log, int partition, string why);
}
