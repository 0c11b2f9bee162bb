using System.Collections.Immutable;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>What a host app sees of a world: who is in the control group, what users did before, and the sets. Nothing that is hidden.</summary>
sealed class Host(Population population)
{
    public int Users { get; } = population.Users;

    public int HistoryDays { get; } = population.World.HistoryDays;

    public int HorizonDays { get; } = population.World.HorizonDays;

    public int Seed { get; } = population.Seed;

    public ImmutableArray<int> Sets { get; } = [.. population.World.Sets.Select(set => set.Actions.Length)];

    public UserHistory History { get; } = population.History();

    public bool IsControl(int user) => population.Control[user];
}

/// <summary>A way of choosing messages. It sees the host, its own sends and the counts of each day.</summary>
abstract class Design(string name)
{
    public string Name { get; } = name;

    /// <summary>Bytes an agent keeps for learning.</summary>
    public virtual int BytesPerAgent => 0;

    /// <summary>What the design has found out about the world, for people; empty = nothing to tell.</summary>
    public virtual string Found => "";

    /// <summary>Before the first day.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>What each user who is not in the control group gets.</summary>
    public abstract void Decide(int day, Sends sends);

    /// <summary>What came of it.</summary>
    public virtual void Observe(int day, Sends sends, DayCounts[] counts)
    {
    }
}

/// <summary>Loops over users on all cores, a generator for each core, started anew for each user.</summary>
static class Users
{
    /// <summary>Users that one core takes at a time, in order.</summary>
    public const int Chunk = 256;

    public static void Each(int users, Action<int, FastRandom> act) =>
        Parallel.For(0, (users + Chunk - 1) / Chunk, () => new FastRandom(), (chunk, _, random) =>
        {
            for (var u = chunk * Chunk; u < Math.Min(users, (chunk + 1) * Chunk); u++)
            {
                act(u, random);
            }

            return random;
        }, _ => { });
}
