using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Populations;

/// <summary>A small population whose law is known: two types that differ in hours and in what they like.</summary>
static class Town
{
    public static BehaviourShape Shape { get; } = new([new BehaviourGroup("hours", 4, Circular: true), new BehaviourGroup("buys", 2)]);

    /// <summary>Two sets, of three and two actions: P = 6.</summary>
    public static EffectLayout Layout { get; } = new([3, 2]);

    public static PopulationPrior Law { get; } = Make();

    public static double[] Diagonal(params double[] variances)
    {
        var packed = new double[variances.Length * (variances.Length + 1) / 2];
        for (var i = 0; i < variances.Length; i++)
        {
            packed[i * (i + 1) / 2 + i] = variances[i];
        }

        return packed;
    }

    /// <summary>A user of the law: its type, its effects, and its behaviour.</summary>
    public static (int Type, double[] Effects, int[] Counts) Draw(Random random)
    {
        var type = random.NextDouble() < 0.4 ? 0 : 1;
        var effects = new double[Layout.Dimension];
        for (var i = 0; i < effects.Length; i++)
        {
            effects[i] = Law.Means[type][i] + Math.Sqrt(Law.Covariance[i * (i + 1) / 2 + i]) * Core.Randomness.Draw.Normal(random);
        }

        var law = Law.Types[type];
        var rate = Core.Randomness.Draw.Gamma(random, law.RateShape) * law.RateMean / law.RateShape;
        var visits = 0;
        for (var left = 28 * rate; (left += Math.Log(1 - random.NextDouble())) > 0;)
        {
            visits++;
        }

        var counts = new int[Shape.Cells];
        for (var (g, cell) = (0, 0); g < Shape.Groups.Length; cell += Shape.Groups[g++].Size)
        {
            var shares = Enumerable.Range(cell, Shape.Groups[g].Size).Select(j => Core.Randomness.Draw.Gamma(random, law.Concentrations[j])).ToArray();
            for (var v = 0; v < visits; v++)
            {
                var (u, j) = (random.NextDouble() * shares.Sum(), 0);
                while (j < shares.Length - 1 && (u -= shares[j]) >= 0)
                {
                    j++;
                }

                counts[cell + j]++;
            }
        }

        return (type, effects, counts);
    }

    /// <summary>What this user's agent knows after random messages, one a day.</summary>
    public static EffectStatistic Live(double[] effects, int days, Random random)
    {
        var own = EffectStatistic.Empty(Layout.Dimension);
        for (var day = 0; day < days; day++)
        {
            var (row, outcome) = Day(effects, random);
            own = own.Add(row, outcome, 1 / 0.49);
        }

        return own;
    }

    /// <summary>A day of a user with these effects: a random message, and what came of it.</summary>
    public static (double[] Row, double Outcome) Day(double[] effects, Random random)
    {
        var row = new double[Layout.Dimension];
        Layout.AddMessage(row, [(byte)random.Next(3), (byte)random.Next(2)], 1, random.NextDouble());
        row[Layout.Correction] = 0.2;
        return (row, row.Zip(effects, (x, t) => x * t).Sum() + 0.7 * Core.Randomness.Draw.Normal(random));
    }

    /// <summary>Rows of any numbers, with outcomes that follow nothing.</summary>
    public static List<(double[] Row, double Outcome)> Rows(string seed, int count)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            (Enumerable.Range(0, Layout.Dimension).Select(_ => (double)(float)Core.Randomness.Draw.Normal(random)).ToArray(), (double)(float)Core.Randomness.Draw.Normal(random)))];
    }

    public static List<AgentReport> Agents(int count, int days, string seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var (_, effects, counts) = Draw(random);
            return new AgentReport(28, counts[4] + counts[5], counts, Live(effects, days, random));
        })];
    }

    static PopulationPrior Make()
    {
        TypeLaw[] types = [new(Shape, 0.5, 3, [8, 2, 1, 1, 6, 2]), new(Shape, 1, 3, [1, 1, 2, 8, 2, 6])];
        double[][] means = [Layout.Coefficients(0.2, [[0.3, 0, -0.3], [0.1, -0.1]], 0.1), Layout.Coefficients(-0.1, [[-0.2, 0.3, -0.1], [-0.2, 0.2]], 0.05)];
        return new PopulationPrior([.. types], [0.4, 0.6], [.. means], [], [], [], Diagonal(0.04, 0.02, 0.02, 0.01, 0.003, 1), 1);
    }
}
