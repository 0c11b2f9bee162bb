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

        using var timer = new PeriodicTimer(freshness, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await rules.RefreshAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                CohortLog.Failed(log, error);
            }
        }
    }
}
