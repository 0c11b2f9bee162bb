using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Interfaces.Schedules;
using Aampe.Agents.Silo.Cohorts;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Storage.Log;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Clock;

/// <summary>What a move of the simulated clock did.</summary>
/// <param name="Now">Where the clock stands.</param>
/// <param name="Decisions">Decisions made on the way.</param>
/// <param name="Effects">Effects that became final on the way.</param>
/// <param name="Deliveries">Hand-overs made on the way.</param>
/// <param name="Folds">Folds of cohorts on the way.</param>
public sealed record ClockMove(DateTimeOffset Now, int Decisions, int Effects, int Deliveries, int Folds);

/// <summary>
/// Moves the simulated clock: when it answers, every tick, window, retry and expiry due up to that instant has happened, each as of its own moment.
/// The way is cut at the folds of the cohorts; between two folds agents do not know of each other, so their order cannot change a decision.
/// </summary>
public sealed class ClockDriver(
    SimulatedClock clock, IGrainFactory grains, PumpBarrier pump, OutboxPump outbox, CohortFolder folder, IEventLog eventLog, IOptions<GrainsOptions> options) : IDisposable
{
    readonly SemaphoreSlim moving = new(1);

    /// <summary>Moves the clock to a moment.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The moment lies before the clock.</exception>
    public async Task<ClockMove> MoveAsync(Instant to, CancellationToken stop)
    {
        await moving.WaitAsync(stop);
        try
        {
            if (to < clock.Now)
            {
                throw new ArgumentOutOfRangeException(nameof(to), to, $"The simulated clock stands at {clock.Now} and cannot go back to {to}.");
            }

            await pump.WaitAppliedAsync(stop);
            int decisions = 0, effects = 0, deliveries = 0, folds = 0;
            do
            {
                var fold = CohortFolder.NextAfter(clock.Now, options.Value.CohortMinutes);
                var until = Instant.Min(to, fold);
                var done = await SettleAsync(until, stop);
                (decisions, effects, deliveries) = (decisions + done.Decisions, effects + done.Effects, deliveries + done.Deliveries);
                clock.MoveTo(until);
                if (until == fold)
                {
                    folds += await folder.FoldAsync(until, stop);
                }
            }
            while (clock.Now < to);
            await clock.SaveAsync(stop);
            return new ClockMove(clock.Now.ToDateTimeOffset(), decisions, effects, deliveries, folds);
        }
        finally
        {
            moving.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => moving.Dispose();

    // Rounds: agents move until they put something out; it is delivered as of its own moment; what came of that is applied; and again, until all is quiet.
    async Task<(int Decisions, int Effects, int Deliveries)> SettleAsync(Instant until, CancellationToken stop)
    {
        int decisions = 0, effects = 0, deliveries = 0;
        while (true)
        {
            var runs = await Task.WhenAll(Enumerable.Range(0, eventLog.Partitions).Select(shard => grains.GetGrain<IScheduleShard>(shard).RunAsync(until, stepwise: true).AsTask()));
            var delivered = await outbox.DeliverDueAsync(until, stop);
            await pump.WaitAppliedAsync(stop);
            decisions += runs.Sum(run => run.Decisions);
            effects += runs.Sum(run => run.Effects);
            deliveries += delivered;
            if (delivered == 0 && runs.All(run => run.Agents == 0))
            {
                return (decisions, effects, deliveries);
            }
        }
    }
}
