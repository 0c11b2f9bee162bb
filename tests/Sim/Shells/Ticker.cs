using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>Wakes due agents of a partition; one that fails is tried again at the next tick and holds nobody up.</summary>
internal sealed class Ticker(World world, Silo silo, Run run)
{
    public async Task RunAsync()
    {
        var period = world.Dice.Between(240_000, 900_000);
        while (!run.Stopped)
        {
            await world.Clock.Wait(silo.Life, period);
            var failed = new HashSet<string>(StringComparer.Ordinal);
            for (var round = 0; round < 3; round++)
            {
                var due = world.Custody.Due(silo, run.Partition, silo.Now.UnixMilliseconds).Where(key => !failed.Contains(key)).ToList();
                foreach (var key in due)
                {
                    if (world.Mutant == Mutant.DueClaimedFirst)
                    {
                        world.Custody.Claim(silo, key);
                    }

                    try
                    {
                        await world.Agents.AdvanceAsync(silo, key);
                    }
                    catch (Fault)
                    {
                        failed.Add(key);
                    }
                }

                if (due.Count == 0)
                {
                    break;
                }
            }
        }
    }
}
