using System.Collections.Immutable;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>What a host app sees of a world: who is in the control group, what users did before, and the sets. Nothing that is hidden.</summary>
sealed class Host
{
    readonly Population population;

    public Host(Population population)
    {
        this.population = population;
        Sets = [.. population.World.Sets.Select(set => set.Actions.Length)];
        History = population.History();
        var (visits, goals) = (0.0, 0.0);
        for (var u = 0; u < Users; u++)
        {
            visits += History.Total(u);
            goals += History.CountsOf(u)[UserHistory.GoalPath[^1]];
        }

        // Half a goal keeps a world without any defined.
        Conversion = (goals + 0.5) / (visits + 1);
    }

    public int Users => population.Users;

    public int HistoryDays => population.World.HistoryDays;

    public int HorizonDays => population.World.HorizonDays;

    public int Seed => population.Seed;

    public ImmutableArray<int> Sets { get; }

    public UserHistory History { get; }

    /// <summary>Goals a visit before the first message.</summary>
    public double Conversion { get; }

    public bool IsControl(int user) => population.Control[user];
}

/// <summary>A way of choosing messages. It sees the host, its own sends and the counts of each day.</summary>
abstract class Design(string name)
{
    public string Name { get; } = name;

    /// <summary>Bytes an agent keeps for learning.</summary>
    public virtual int BytesPerAgent => 0;

    /// <summary>Mean share of the last day's decisions that were uniform, and that drew from a belief.</summary>
    public virtual (double Uniform, double Drawn) Explored => default;

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

    /// <summary>Part that a user belongs to: mixed, because every second user may be a sample already (Fibonacci hashing).</summary>
    public static int FoldOf(int user, int folds) => (int)(((uint)user * 2_654_435_769u) >> 8) % folds;

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
