using System.Collections.Immutable;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Worlds;

/// <summary>A type with all numbers filled in.</summary>
/// <param name="Behaviour">Behaviour, message and fatigue.</param>
/// <param name="Share">Share of users.</param>
/// <param name="Actions">Value of each action of all sets in order.</param>
public sealed record TrueType(WorldType Behaviour, double Share, double[] Actions);

/// <summary>The law that a world's users are drawn from: what the information bound knows.</summary>
public sealed class WorldTruth
{
    readonly double[] rate = new double[2], peak = new double[2], funnel = new double[2], message = new double[2];
    readonly double[][] action;

    /// <summary>Fills in what the file leaves to seeds.</summary>
    public WorldTruth(World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        World = world;
        Layout = new EffectLayout([.. world.Sets.Select(set => set.Actions.Length)]);
        Actions = world.Sets.Sum(set => set.Actions.Length);
        Dimensions = world.Continuum?.Dimensions ?? 0;
        action = [new double[Actions], new double[Actions]];
        var types = world.Types.Select(type => (type, Named(type))).ToList();
        types.AddRange(Made(world));
        var total = types.Sum(one => one.type.Share);
        Types = [.. types.Select(one => new TrueType(one.type, one.type.Share / total, one.Item2))];
        Load(world.Continuum);
    }

    /// <summary>The world.</summary>
    public World World { get; }

    /// <summary>Coefficients of the joint effect model for the world's sets.</summary>
    public EffectLayout Layout { get; }

    /// <summary>Number of actions over all sets.</summary>
    public int Actions { get; }

    /// <summary>Number of factors; 0 = none.</summary>
    public int Dimensions { get; }

    /// <summary>All types.</summary>
    public ImmutableArray<TrueType> Types { get; }

    /// <summary>Type at a uniform number.</summary>
    public int TypeAt(double u)
    {
        var k = 0;
        while (k < Types.Length - 1 && (u -= Types[k].Share) >= 0)
        {
            k++;
        }

        return k;
    }

    /// <summary>Mean and shape of the Gamma law of rates.</summary>
    public (double Mean, double Shape) RateOf(TrueType type, ReadOnlySpan<double> factors) =>
        (type.Behaviour.VisitsPerDay * Math.Exp(Dot(rate, factors)), type.Behaviour.VisitsShape);

    /// <summary>P(step | step before), steps view, cart, goal.</summary>
    public double StepOf(TrueType type, int step, ReadOnlySpan<double> factors)
    {
        var p = step switch { 0 => type.Behaviour.View, 1 => type.Behaviour.Cart, _ => type.Behaviour.Goal };
        return Draw.Logistic(Math.Log(p / (1 - p)) + (step == 1 ? -1 : 1) * Dot(funnel, factors));
    }

    /// <summary>Share of visits on weekends.</summary>
    public static double WeekendShareOf(TrueType type) => 2 * type.Behaviour.Weekend / (5 + 2 * type.Behaviour.Weekend);

    /// <summary>Split of visits over eight cells of three hours.</summary>
    public void Profile(TrueType type, ReadOnlySpan<double> factors, Span<double> cells)
    {
        var centre = type.Behaviour.PeakHour + Dot(peak, factors);
        var width = type.Behaviour.HourSpread * Math.PI / 12;
        var total = 0.0;
        for (var h = 0; h < cells.Length; h++)
        {
            var angle = (24.0 / cells.Length * (h + 0.5) - centre) * Math.PI / 12;
            total += cells[h] = Math.Exp((Math.Cos(angle) - 1) / (width * width));
        }

        for (var h = 0; h < cells.Length; h++)
        {
            cells[h] = Math.Max(1e-3, cells[h] / total);
        }
    }

    /// <summary>Mean effects: message, actions, fatigue.</summary>
    public void MeanEffects(TrueType type, ReadOnlySpan<double> factors, Span<float> effects)
    {
        effects[0] = (float)(type.Behaviour.Message + Dot(message, factors));
        for (var a = 0; a < Actions; a++)
        {
            effects[1 + a] = (float)(type.Actions[a] + Dimensions switch
            {
                0 => 0,
                1 => action[0][a] * factors[0],
                _ => action[0][a] * factors[0] + action[1][a] * factors[1],
            });
        }

        effects[^1] = (float)type.Behaviour.Fatigue;
    }

    /// <summary>Coefficients of the joint model for raw effects.</summary>
    public double[] Coefficients(ReadOnlySpan<float> effects)
    {
        var actions = new List<double[]>();
        var place = 1;
        foreach (var set in World.Sets)
        {
            var own = new double[set.Actions.Length];
            for (var a = 0; a < own.Length; a++)
            {
                own[a] = effects[place++];
            }

            actions.Add(own);
        }

        return Layout.Coefficients(effects[0], actions, effects[^1]);
    }

    double[] Named(WorldType type) => [.. World.Sets.SelectMany(set => set.Actions.Select(one => type.Actions.GetValueOrDefault($"{set.Id}/{one}")))];

    IEnumerable<(WorldType, double[])> Made(World world)
    {
        if (world.Generate is not { } made)
        {
            yield break;
        }

        var random = new SeededRandom($"types/{made.Seed}");
        for (var k = 0; k < made.Count; k++)
        {
            double Between(double from, double to) => from + (to - from) * random.NextDouble();
            yield return (new WorldType
            {
                Name = $"type {k + 1}",
                Share = Between(0.5, 1.5),
                VisitsPerDay = Between(made.VisitsPerDay.From, made.VisitsPerDay.To),
                VisitsShape = made.VisitsShape,
                PeakHour = Between(0, 24),
                HourSpread = Between(2.5, 6),
                Weekend = Between(0.5, 2),
                View = Between(0.3, 0.9),
                Cart = Between(0.15, 0.6),
                Goal = Between(0.2, 0.7),
                Message = made.Message.Mean + made.Message.Deviation * Draw.Normal(random),
                Fatigue = Math.Max(0, made.Fatigue.Mean + made.Fatigue.Deviation * Draw.Normal(random)),
            }, [.. Enumerable.Range(0, Actions).Select(_ => made.Action * Draw.Normal(random))]);
        }
    }

    void Load(Continuum? continuum)
    {
        if (continuum is null)
        {
            return;
        }

        var random = new SeededRandom($"continuum/{continuum.Seed}");
        foreach (var (target, deviation) in new[] { (rate, continuum.LogRate), (peak, continuum.PeakHours), (funnel, continuum.Funnel), (message, continuum.Message) })
        {
            var angle = continuum.Dimensions == 1 ? 0 : 2 * Math.PI * random.NextDouble();
            target[0] = deviation * Math.Cos(angle);
            target[1] = continuum.Dimensions == 1 ? 0 : deviation * Math.Sin(angle);
        }

        for (var j = 0; j < continuum.Dimensions; j++)
        {
            for (var a = 0; a < Actions; a++)
            {
                action[j][a] = continuum.Action * Draw.Normal(random) / Math.Sqrt(continuum.Dimensions);
            }
        }
    }

    static double Dot(double[] loading, ReadOnlySpan<double> factors) => loading[0] * factors[0] + loading[1] * factors[1];
}
