using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Sim.Custody;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>Works the outbox: gate and mark, one call, result. Marks that are old belong to a worker that died, or might as well.</summary>
internal sealed class Worker(World world, Silo silo)
{
    const long Period = 300_000;
    const long MarkLease = 5 * 60_000;
    static readonly long[] waits = [5_000, 300_000, 1_800_000, 7_200_000];

    public async Task RunAsync()
    {
        while (true)
        {
            // All silos look at nearly the same moment, as loops with a short period do for every row.
            await world.Clock.Wait(silo.Life, Period - (world.Clock.Now % Period) + world.Dice.Below(40));
            foreach (var row in world.Custody.Outbox(silo).Where(row => row.Due + (row.InFlight ? MarkLease : 0) <= silo.Now.UnixMilliseconds).ToList())
            {
                try
                {
                    await WorkAsync(row);
                }
                catch (Fault)
                {
                    world.Seen("hand-over cut");
                }
            }
        }
    }

    async Task WorkAsync(OutboxRow row)
    {
        if (row.InFlight && !Receiver.KnowsKeys(row.Channel) && world.Mutant != Mutant.RetryInFlightBlindly)
        {
            world.Seen("fate unknown for ever");
            await world.Agents.CompleteAsync(silo, new Ticket(row.DecisionId, row.Key, row.Channel, "", row.Attempts, 0, 0), ChannelAnswer.Unknown, null);
            return;
        }

        ChannelAnswer? early = null;
        if (world.Mutant == Mutant.SendBeforeCommit)
        {
            early = await world.Receiver.CallAsync(silo.Life, new Ticket(row.DecisionId, row.Key, row.Channel, "", row.Attempts + 1, long.MaxValue, world.Clock.Now));
        }

        if (await world.Agents.GateAsync(silo, row.Key, row.DecisionId, row.Attempts, row.InFlight) is not { } ticket)
        {
            return;
        }

        var answer = early ?? await world.Receiver.CallAsync(silo.Life, ticket);
        Instant? retryAt = null;
        if (answer == ChannelAnswer.Unknown && Receiver.KnowsKeys(row.Channel))
        {
            answer = ChannelAnswer.Retry;
        }

        if (answer == ChannelAnswer.Retry && ticket.Attempt <= waits.Length)
        {
            retryAt = silo.Now + TimeSpan.FromMilliseconds(waits[ticket.Attempt - 1]);
        }

        await world.Agents.CompleteAsync(silo, ticket, answer, retryAt);
    }
}
