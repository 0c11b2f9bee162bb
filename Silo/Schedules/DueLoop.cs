using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Interfaces.Schedules;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Rules;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Schedules;

/// <summary>
/// On the machine's clock: has due agents woken in the partitions that this silo owns, every few seconds. Reminders alone would come once a minute,
/// and late by another when silos come and go.
/// </summary>
sealed class DueLoop(PartitionOwners owners, RulesCache rules, IGrainFactory grains, IClock clock, TimeProvider time, IOptions<GrainsOptions> options, ILogger<DueLoop> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (clock.Simulated)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.TickSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Without the lease every agent would refuse, and say so.
            if (!rules.IsActing)
            {
                continue;
            }

            await Task.WhenAll(owners.Mine().Select(shard => RunAsync(shard, stoppingToken)));
        }
    }

    async Task RunAsync(int shard, CancellationToken stop)
    {
        try
        {
            await grains.GetGrain<IScheduleShard>(shard).RunAsync(clock.Now, stepwise: false).AsTask().WaitAsync(stop);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            DueLog.Failed(log, shard, fault);
        }
    }
}

internal static partial class DueLog
{
    [LoggerMessage(321, LogLevel.Warning, "Due agents of partition {Partition} could not be woken; the next tick tries again")]
    public static partial void Failed(ILogger log, int partition, Exception error);
}
