using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Silo.Pump;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Cohorts;

/// <summary>On the machine's clock: has cohorts folded on their grid.</summary>
public sealed class CohortSchedule(
    CohortFolder folder, PumpBarrier pump, PartitionOwners owners, IClock clock, TimeProvider time, IOptions<GrainsOptions> options, ILogger<CohortSchedule> log) : BackgroundService
{
    // One silo folds for all: the owner of this partition.
    const int Folding = 0;

    static readonly TimeSpan freshness = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (clock.Simulated)
        {
            return;
        }

        // The first fold does not wait for the grid: priors and controls are there as soon as there are events.
        var next = clock.Now;
        using var timer = new PeriodicTimer(freshness, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (clock.Now >= next && owners.IsMine(Folding))
                {
                    var asOf = clock.Now;
                    await pump.WaitAppliedAsync(stoppingToken);
                    await folder.FoldAsync(asOf, stoppingToken);
                    next = CohortFolder.NextAfter(asOf, options.Value.CohortMinutes);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                CohortLog.Failed(log, error);
            }
        }
    }
}

internal static partial class CohortLog
{
    [LoggerMessage(301, LogLevel.Error, "Rules or cohorts could not be refreshed; the last ones hold and the next try is in a second")]
    public static partial void Failed(ILogger log, Exception error);
}
