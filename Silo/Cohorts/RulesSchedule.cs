using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Silo.Cohorts;

/// <summary>Keeps this silo's rules fresh to a second, whatever else takes long.</summary>
public sealed class RulesSchedule(RulesCache rules, IClock clock, TimeProvider time, ILogger<RulesSchedule> log) : BackgroundService
{
    static readonly TimeSpan freshness = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (clock.Simulated)
        {
            return;
        }

        // A cohort that is being folded answers late, and the lease of the rules must not wait for it.
        await Task.WhenAll(EverySecondAsync(rules.RefreshCatalogueAsync, stoppingToken), EverySecondAsync(rules.RefreshCohortsAsync, stoppingToken));
    }

    async Task EverySecondAsync(Func<CancellationToken, Task> refresh, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(freshness, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await refresh(stop);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                CohortLog.Failed(log, error);
            }
        }
    }
}
