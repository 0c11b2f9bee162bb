using Aampe.Agents.Grains.Budgets;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Finds out what became of money that was taken and that nobody told of, on the real clock whatever the agents' is: what it waits for is a process that died.</summary>
sealed class OpenBillsLoop(OpenBills bills, TimeProvider time, ILogger<OpenBillsLoop> log) : BackgroundService
{
    static readonly TimeSpan every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await bills.AskAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                DeliveryLog.BillsNotAsked(log, fault);
            }
        }
    }
}
