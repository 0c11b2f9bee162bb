using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Rules;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Works the outbox on the real clock. On a simulated one it only settles what a crash cut: whoever drives that clock calls the pump.</summary>
sealed class OutboxLoop(OutboxPump pump, RulesCache rules, IClock clock, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<OutboxLoop> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Each hand-over would be refused, and say so.
            if (!rules.IsActing)
            {
                continue;
            }

            try
            {
                await pump.RecoverTakenAsync(stoppingToken);
                if (clock.Simulated)
                {
                    return;
                }

                await pump.DeliverDueAsync(clock.Now, stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                DeliveryLog.LoopFailed(log, fault);
            }
        }
    }
}
