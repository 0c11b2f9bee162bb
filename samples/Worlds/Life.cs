using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Worlds;

/// <summary>What one user's host app reports for a day.</summary>
/// <param name="Visits">App opened.</param>
/// <param name="Goals">Goals reached.</param>
public readonly record struct DayCounts(int Visits, int Goals);

/// <summary>A population under one design, day by day. Equal luck for all designs: a user's day has a generator of its own.</summary>
public sealed class Life
{
    /// <summary>Days over which a message works; what is left then is given to them in proportion.</summary>
    public const int EffectDays = 3;

    /// <summary>Hour at which messages go out where a design does not say otherwise.</summary>
    public const int SendHour = 9;

    readonly Population population;
    readonly float[] tastes;
    readonly float[] means;
    readonly double[] load;
    readonly double[] tails;
    readonly float[] common;
    readonly int[] setOf;
    readonly int[] reached;
    int today;

    /// <summary>Begins on the first day with messages.</summary>
    public Life(Population population)
    {
        ArgumentNullException.ThrowIfNull(population);
        this.population = population;
        var users = population.Users;
        setOf = [.. population.World.Sets.Select((_, s) => population.World.Sets.Take(s).Sum(set => set.Actions.Length))];
        tastes = new float[users * population.Stride];
        means = population.World.Drift is null ? [] : new float[users * population.Stride];
        common = new float[population.Truth.Actions];
        for (var u = 0; u < users; u++)
        {
            population.EffectsOf(u).CopyTo(tastes.AsSpan(u * population.Stride));
            if (means.Length > 0)
            {
                population.Truth.MeanEffects(population.Truth.Types[population.Type[u]], population.Factors.AsSpan(2 * u, 2), means.AsSpan(u * population.Stride, population.Stride));
            }
        }

        load = new double[users];
        tails = new double[users * (EffectDays - 1)];
        Shares = SharesOf(population.World.Effect.HalfLifeHours);
        Counts = new DayCounts[users];
        reached = new int[users];
        Value = new double[users];
        Sent = new double[users];
    }

    /// <summary>Share of a message's effect on the day it goes out, the next and the one after.</summary>
    public double[] Shares { get; }

    /// <summary>Counts of the day just lived.</summary>
    public DayCounts[] Counts { get; }

    /// <summary>True expected goals of that day that messages brought.</summary>
    public double[] Value { get; }

    /// <summary>True effect of the message sent that day, 0 without one.</summary>
    public double[] Sent { get; }

    /// <summary>Common drift of each action so far.</summary>
    public ReadOnlySpan<float> Common => common;

    /// <summary>Decayed recent sends of a user, before today's.</summary>
    public double LoadOf(int user) => load[user];

    /// <summary>Effects of a user today: message, actions, fatigue.</summary>
    public ReadOnlySpan<float> TastesOf(int user) => tastes.AsSpan(user * population.Stride, population.Stride);

    /// <summary>Split of an effect with this half-life over the days from the usual hour on.</summary>
    public static double[] SharesOf(double halfLifeHours) => SharesOf(halfLifeHours, SendHour);

    /// <summary>Split of an effect with this half-life over the days from its hour on.</summary>
    public static double[] SharesOf(double halfLifeHours, double hour)
    {
        var left = new double[EffectDays + 1];
        left[0] = 1;
        for (var d = 1; d <= EffectDays; d++)
        {
            left[d] = Math.Pow(2, -(24.0 * d - hour) / halfLifeHours);
        }

        return [.. Enumerable.Range(0, EffectDays).Select(d => (left[d] - left[d + 1]) / (1 - left[EffectDays]))];
    }

    /// <summary>What a message would bring this user today.</summary>
    public double EffectOf(int user, ReadOnlySpan<byte> actions)
    {
        var own = TastesOf(user);
        var value = own[0] - own[^1] * load[user];
        for (var s = 0; s < actions.Length; s++)
        {
            value += own[1 + setOf[s] + actions[s]];
        }

        return value;
    }

    /// <summary>Every visit of a user on the day just lived, as many as <see cref="Counts"/> says, and its goals without a visit.</summary>
    /// <param name="user">The user.</param>
    /// <param name="random">Started anew here.</param>
    /// <param name="visits">Takes them; emptied first.</param>
    /// <returns>Goals that were reached without a visit.</returns>
    public int Visits(int user, FastRandom random, List<Visit> visits)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(visits);
        visits.Clear();
        random.Restart((ulong)population.Seed, 30_000 + (ulong)today, (ulong)user);
        var calendar = population.World.HistoryDays + today;
        for (var v = 0; v < Counts[user].Visits; v++)
        {
            var cell = population.HourOf(user, random);
            visits.Add(new Visit(calendar, cell, v < reached[user] ? Visit.Goal : population.DepthWithoutGoal(user, random)));
        }

        return Counts[user].Goals - reached[user];
    }

    /// <summary>Lives a day.</summary>
    /// <param name="day">Day with messages, from 0.</param>
    /// <param name="sends">What each user gets.</param>
    public void Step(int day, Sends sends)
    {
        var world = population.World;
        var kept = Math.Pow(2, -1 / world.Effect.LoadHalfLifeDays);
        var calendar = world.HistoryDays + day;
        today = day;
        Parallel.For(0, (population.Users + 1023) / 1024, () => new FastRandom(), (chunk, _, random) =>
        {
            for (var u = chunk * 1024; u < Math.Min(population.Users, (chunk + 1) * 1024); u++)
            {
                Live(u, calendar, sends, random.Restart((ulong)population.Seed, 100 + (ulong)day, (ulong)u), kept);
            }

            return random;
        }, _ => { });
        Move(day);
    }

    void Live(int u, int calendar, Sends sends, FastRandom random, double kept)
    {
        var effect = Sent[u] = sends.IsSent(u) ? EffectOf(u, sends.ActionsOf(u)) : 0;
        var shares = effect == 0 || sends.HourOf(u) == SendHour ? Shares : SharesOf(population.World.Effect.HalfLifeHours, sends.HourOf(u));
        var extra = tails[2 * u] + shares[0] * effect;
        tails[2 * u] = tails[2 * u + 1] + shares[1] * effect;
        tails[2 * u + 1] = shares[2] * effect;
        load[u] = kept * (load[u] + (sends.IsSent(u) ? 1 : 0));
        var organic = population.Rate[u] * Population.DayFactor(population.WeekendShare[u], calendar) * population.Shocks[calendar];
        var conversion = population.Conversion(u);
        if (population.World.Effect.On == EffectOn.Visits)
        {
            var visits = population.Visits(random, organic + extra);
            Value[u] = (Math.Max(0, organic + extra) - organic) * conversion;
            Counts[u] = new(visits, reached[u] = random.Binomial(visits, conversion));
        }
        else
        {
            var visits = population.Visits(random, organic);
            Value[u] = Math.Max(-organic * conversion, extra);
            var bought = random.Binomial(visits, conversion);
            // A harmful message takes goals away, a good one brings some without a visit.
            reached[u] = bought - (extra < 0 ? random.Binomial(bought, Math.Min(1, -extra / (organic * conversion))) : 0);
            Counts[u] = new(visits, reached[u] + (extra < 0 ? 0 : random.Poisson(extra)));
        }
    }

    void Move(int day)
    {
        if (population.World.Drift is not { } drift)
        {
            return;
        }

        var luck = new SeededRandom($"{population.World.Name}/{population.Seed}/drift/{day}");
        var steps = new float[common.Length];
        for (var a = 0; a < common.Length; a++)
        {
            common[a] += steps[a] = (float)(drift.CommonStep * Draw.Normal(luck));
        }

        var kept = Math.Pow(2, -1 / drift.HalfLifeDays);
        var fresh = Math.Sqrt(1 - kept * kept);
        var spread = population.World.Spread;
        Parallel.For(0, population.Users, () => new FastRandom(), (u, _, random) =>
        {
            random.Restart((ulong)population.Seed, 10_000 + (ulong)day, (ulong)u);
            Span<float> own = tastes.AsSpan(u * population.Stride, population.Stride), mean = means.AsSpan(u * population.Stride, population.Stride);
            own[0] = (float)(mean[0] + kept * (own[0] - mean[0]) + fresh * spread.Message * Draw.Normal(random));
            for (var a = 0; a < steps.Length; a++)
            {
                var own0 = own[1 + a] - mean[1 + a];
                mean[1 + a] += steps[a];
                own[1 + a] = (float)(mean[1 + a] + kept * own0 + fresh * spread.Action * Draw.Normal(random));
            }

            return random;
        }, _ => { });
    }
}
