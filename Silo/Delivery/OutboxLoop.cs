using Aampe.Agents.Core.Time;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Works the outbox on the real clock. On a simulated one it only settles what a crash cut: whoever drives that clock calls the pump.</summary>
sealed class OutboxLoop(OutboxPump pump, IClock clock, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<OutboxLoop> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
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
