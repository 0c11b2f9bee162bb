using System.Globalization;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>A request to erase somebody, from mark to end: each step is repeated until it is done, as its custodian does after a crash.</summary>
internal sealed class Eraser(World world)
{
    readonly Life life = Life.Eternal();

    /// <summary>Lets the erasures of this world happen at their time.</summary>
    public void Start()
    {
        foreach (var (user, at) in world.Erasures)
        {
            world.Clock.At(at, life, () => world.Run(() => EraseAsync(World.KeyOf(user))));
        }
    }

    async Task EraseAsync(string key)
    {
        world.Trace.Note("erase", key);
        await UntilAsync(() => world.Register.ChangeAsync(life, key, mark => mark with { Erasing = true }));
        // In force when every lease on the register before has run out.
        await world.Clock.Wait(life, 5_001);
        world.Books.EraseBegun(key);
        ulong[] seen = [];
        await UntilAsync(async () => seen = await world.ServedAsync(life, silo => world.Agents.InventoryAsync(silo.Life, silo, key)));
        await UntilAsync(() => world.ServedAsync(life, silo => world.Agents.EraseAsync(silo.Life, silo, key)));
        var (at, end) = (world.Clock.Now, world.Log.End(world.PartitionOf(key)));
        await UntilAsync(() => world.Register.ChangeAsync(life, key, mark => mark.Erased(
            new Instant(at), "life" + at.ToString(CultureInfo.InvariantCulture), [new LogEnd(EventLog.Epoch, world.PartitionOf(key), end)], seen)));
        await world.Clock.Wait(life, 5_001);
        world.Books.Erased(key, at, end);
        world.Seen("user erased");
    }

    async Task UntilAsync(Func<Task> step)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await step();
                return;
            }
            catch (Fault)
            {
                world.Seen("step of an erasure made again");
                await world.Clock.Wait(life, 2_000L << Math.Min(attempt, 8));
            }
        }
    }
}
