using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>The way in: repeats that this silo knows are dropped at the door, the rest is answered after the append.</summary>
internal static class Ingest
{
    const long Day = 86_400_000;

    public static async Task<bool> TakeAsync(World world, Silo silo, ClientEvent[] events)
    {
        var received = silo.Now.UnixMilliseconds;
        var good = new List<ClientEvent>();
        foreach (var one in events)
        {
            if (IdOf(world, one) is { } id && silo.RecentIds.TryGetValue(id, out var at) && at >= received - Day)
            {
                world.Seen("repeat dropped at the door");
                continue;
            }

            good.Add(one);
        }

        if (world.Mutant == Mutant.AckBeforeAppend)
        {
            world.Run(() => AppendLaterAsync(world, silo, good, received));
            return true;
        }

        if (good.Count > 0)
        {
            await world.Log.AppendAsync(silo.Life, good, received);
        }

        foreach (var id in good.Select(one => IdOf(world, one)).OfType<string>())
        {
            silo.RecentIds[id] = received;
        }

        return true;
    }

    static string? IdOf(World world, ClientEvent one) =>
        one.MessageId is null ? null : world.Mutant == Mutant.DedupeByMessageIdAlone ? one.MessageId : $"{one.Source}/{one.User}/{one.MessageId}";

    static async Task AppendLaterAsync(World world, Silo silo, List<ClientEvent> good, long received)
    {
        try
        {
            await world.Log.AppendAsync(silo.Life, good, received);
        }
        catch (Fault)
        {
            world.Seen("append failed after its answer");
        }
    }
}
