using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Worlds;

/// <summary>The users of a world, drawn from a seed: what nobody but the simulation sees.</summary>
public sealed class Population
{
    /// <summary>Three-hour cells of a day.</summary>
    public const int HourCells = 8;

    readonly float[] effects;

    /// <summary>Draws the users.</summary>
    public Population(World world, int seed)
    {
        World = world;
        Seed = seed;
        Truth = new WorldTruth(world);
        Users = world.Users;
        Stride = 2 + Truth.Actions;
        effects = new float[Users * Stride];
        Type = new int[Users];
        Rate = new double[Users];
        WeekendShare = new double[Users];
        Funnel = new double[Users * 3];
        Hours = new float[Users * HourCells];
        Factors = new double[Users * 2];
        Control = new bool[Users];
        Parallel.For(0, Users, () => new FastRandom(), (u, _, random) =>
        {
            Draw(u, random.Restart((ulong)seed, 1, (ulong)u));
            return random;
        }, _ => { });
        // Whole days of history in which nobody was messaged; the shocks of all days are common.
        Shocks = new double[world.HistoryDays + world.HorizonDays];
        var luck = new SeededRandom($"{world.Name}/{seed}/shocks");
        for (var d = 0; d < Shocks.Length; d++)
        {
            Shocks[d] = Math.Exp(world.Noise.Shock * Core.Randomness.Draw.Normal(luck) - world.Noise.Shock * world.Noise.Shock / 2);
        }
    }

    /// <summary>The world.</summary>
    public World World { get; }

    /// <summary>The seed.</summary>
    public int Seed { get; }

    /// <summary>Types and loadings.</summary>
    public WorldTruth Truth { get; }

    /// <summary>Number of users.</summary>
    public int Users { get; }

    /// <summary>Numbers of a user in <see cref="EffectsOf"/>.</summary>
    public int Stride { get; }

    /// <summary>Hidden type.</summary>
    public int[] Type { get; }

    /// <summary>Visits a day without messages.</summary>
    public double[] Rate { get; }

    /// <summary>Share of visits on weekends.</summary>
    public double[] WeekendShare { get; }

    /// <summary>P(view | visit), P(cart | view), P(goal | cart), three a user.</summary>
    public double[] Funnel { get; }

    /// <summary>Split of visits over the day.</summary>
    public float[] Hours { get; }

    /// <summary>Hidden factors, two a user.</summary>
    public double[] Factors { get; }

    /// <summary>Never messaged.</summary>
    public bool[] Control { get; }

    /// <summary>Factor on everybody's visits, history and horizon.</summary>
    public double[] Shocks { get; }

    /// <summary>A user's effects on day 0: message, actions in order, fatigue.</summary>
    public ReadOnlySpan<float> EffectsOf(int user) => effects.AsSpan(user * Stride, Stride);

    /// <summary>Whether a day is a Saturday or Sunday; the history begins on a Monday.</summary>
    public static bool IsWeekend(int day) => day % 7 >= 5;

    /// <summary>Factor of a day for somebody with this weekend share: 1 on average over a week.</summary>
    public static double DayFactor(double weekendShare, int day) => IsWeekend(day) ? weekendShare * 3.5 : (1 - weekendShare) * 1.4;

    /// <summary>P(goal | visit) of a user.</summary>
    public double Conversion(int user) => Funnel[3 * user] * Funnel[3 * user + 1] * Funnel[3 * user + 2];

    /// <summary>What a host app has counted of each user before the first message.</summary>
    public UserHistory History()
    {
        var history = new UserHistory(Users, World.HistoryDays);
        Parallel.For(0, Users, () => (Random: new FastRandom(), Visits: new List<Visit>()), (u, _, own) =>
        {
            Past(u, own.Random, own.Visits);
            history.Add(u, own.Visits);
            return own;
        }, _ => { });
        return history;
    }

    /// <summary>Every visit of a user before the first message, day by day.</summary>
    /// <param name="user">The user.</param>
    /// <param name="random">Started anew here: the past of a user is always the same.</param>
    /// <param name="visits">Takes them; emptied first.</param>
    public void Past(int user, FastRandom random, List<Visit> visits)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(visits);
        visits.Clear();
        random.Restart((ulong)Seed, 2, (ulong)user);
        for (var d = 0; d < World.HistoryDays; d++)
        {
            var count = Visits(random, Rate[user] * DayFactor(WeekendShare[user], d) * Shocks[d]);
            for (var v = 0; v < count; v++)
            {
                var cell = HourOf(user, random);
                var depth = 0;
                while (depth < Visit.Goal && random.NextDouble() < Funnel[3 * user + depth])
                {
                    depth++;
                }

                visits.Add(new Visit(d, cell, depth));
            }
        }
    }

    /// <summary>Visits of a day around their mean.</summary>
    public int Visits(FastRandom random, double mean)
    {
        var excess = World.Noise.Dispersion - 1;
        return mean <= 0 ? 0 : random.Poisson(excess < 1e-9 ? mean : Core.Randomness.Draw.Gamma(random, mean / excess) * excess);
    }

    /// <summary>How far down the funnel a visit went that ended without a goal.</summary>
    internal int DepthWithoutGoal(int user, FastRandom random)
    {
        var (view, cart, goal) = (Funnel[3 * user], Funnel[3 * user + 1], Funnel[3 * user + 2]);
        var u = random.NextDouble() * (1 - view * cart * goal);
        return u < 1 - view ? 0 : u < 1 - view * cart ? 1 : 2;
    }

    internal int HourOf(int user, FastRandom random)
    {
        var u = random.NextDouble();
        var cell = 0;
        while (cell < HourCells - 1 && (u -= Hours[user * HourCells + cell]) >= 0)
        {
            cell++;
        }

        return cell;
    }

    void Draw(int u, FastRandom random)
    {
        var spread = World.Spread;
        Control[u] = random.NextDouble() < World.ControlShare;
        Type[u] = Truth.TypeAt(random.NextDouble());
        var type = Truth.Types[Type[u]];
        Span<double> factors = stackalloc double[2];
        for (var j = 0; j < Truth.Dimensions; j++)
        {
            factors[j] = Factors[2 * u + j] = Core.Randomness.Draw.Normal(random);
        }

        var (mean, shape) = Truth.RateOf(type, factors);
        Rate[u] = Core.Randomness.Draw.Gamma(random, shape) * mean / shape;
        Span<double> hours = stackalloc double[HourCells];
        Truth.Profile(type, factors, hours);
        var total = 0.0;
        for (var h = 0; h < HourCells; h++)
        {
            total += hours[h] = Core.Randomness.Draw.Gamma(random, Math.Max(1e-3, spread.Hours * hours[h]));
        }

        for (var h = 0; h < HourCells; h++)
        {
            Hours[u * HourCells + h] = (float)(hours[h] / total);
        }

        WeekendShare[u] = Share(random, WorldTruth.WeekendShareOf(type));
        for (var step = 0; step < 3; step++)
        {
            Funnel[3 * u + step] = Share(random, Truth.StepOf(type, step, factors));
        }

        var own = effects.AsSpan(u * Stride, Stride);
        Truth.MeanEffects(type, factors, own);
        own[0] += (float)(spread.Message * Core.Randomness.Draw.Normal(random));
        for (var a = 0; a < Truth.Actions; a++)
        {
            own[1 + a] += (float)(spread.Action * Core.Randomness.Draw.Normal(random));
        }

        own[^1] = (float)Math.Max(0, own[^1] + spread.Fatigue * Core.Randomness.Draw.Normal(random));
    }

    double Share(FastRandom random, double mean) => Core.Randomness.Draw.Beta(random, World.Spread.Funnel * mean, World.Spread.Funnel * (1 - mean));
}
