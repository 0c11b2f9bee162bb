using System.Diagnostics;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Bench.Learning;

/// <summary>
/// What the joint model's arithmetic takes for one agent with 6 sets and 24 actions, 12 types and 8 kinds of behaviour: a row, a belief, a choice. The floor is
/// the one piece that nobody can leave out: a Cholesky factor of P numbers a side, in plain loops.
/// </summary>
static class DecisionRows
{
    const int Repeats = 15, Batch = 2_000, Types = 12;

    static readonly EffectLayout layout = new([4, 5, 2, 2, 5, 6]);

    public static void Run(Report report)
    {
        var random = new SeededRandom("decision rows");
        var shape = new BehaviourShape([new BehaviourGroup("hour", 8, Circular: true), new BehaviourGroup("weekend", 2), new BehaviourGroup("views", 2), new BehaviourGroup("carts", 2), new BehaviourGroup("goals", 2)]);
        var prior = Prior(shape, random);
        int[] counts = [.. Enumerable.Range(0, shape.Cells).Select(_ => random.Next(12))];
        var (statistic, row) = (EffectStatistic.Empty(layout.Dimension), new double[layout.Dimension]);
        for (var day = 0; day < 21; day++)
        {
            Fill(row, random);
            statistic = statistic.Add(row, Draw.Normal(random), 1.2);
        }

        var floor = Median(() => Cholesky(layout.Dimension));
        report.Add("a day's row into the statistic", Times(() => statistic.Add(row, 0.3, 1.2)), "µs", floor);
        report.Add("what behaviour says of types", Times(() => prior.Of(new BehaviourSummary(28, 30, counts))), "µs", floor);
        var user = prior.Of(new BehaviourSummary(28, 30, counts));
        report.Add("the belief of an agent", Times(() => EffectBelief.Of(user, statistic)), "µs", floor);
        var belief = EffectBelief.Of(user, statistic);
        var (eligible, tiring, options) = (EligibleActions.All(layout), new Tiring(1.5, 1), new ExplorationOptions());
        report.Add("how much to explore", Times(() => Exploration.Plan(LeftToLearn.Of(belief, user, layout, eligible, tiring, options), 28, 50_000, options)), "µs", floor);
        var actions = new byte[layout.Sets.Length];
        report.Add("choice at the mean", Times(() => JointChoice.Choose(belief, layout, eligible, ExplorationPlan.None, tiring, random, actions)), "µs", floor);
        report.Add("choice by a draw", Times(() => JointChoice.Choose(belief, layout, eligible, new ExplorationPlan(0, 1, 1, 0.8), tiring, random, actions)), "µs", floor);
        report.Add("a whole decision: belief, plan, choice", Times(() =>
        {
            var own = EffectBelief.Of(user, statistic);
            var plan = Exploration.Plan(LeftToLearn.Of(own, user, layout, eligible, tiring, options), 28, 50_000, options);
            return JointChoice.Choose(own, layout, eligible, plan, tiring, random, actions);
        }), "µs", floor);
    }

    static PopulationPrior Prior(BehaviourShape shape, SeededRandom random)
    {
        var (types, means) = (new List<TypeLaw>(), new List<double[]>());
        for (var k = 0; k < Types; k++)
        {
            types.Add(new TypeLaw(shape, 0.5 + random.NextDouble(), 4, [.. Enumerable.Range(0, shape.Cells).Select(_ => 1 + 5 * random.NextDouble())]));
            means.Add([.. Enumerable.Range(0, layout.Dimension).Select(_ => 0.1 * Draw.Normal(random))]);
        }

        var covariance = new double[layout.Dimension * (layout.Dimension + 1) / 2];
        for (var i = 0; i < layout.Dimension; i++)
        {
            covariance[i * (i + 3) / 2] = 0.02;
        }

        double[][] slopes = [.. Enumerable.Range(0, shape.Features).Select(_ => new double[layout.Dimension])];
        return new PopulationPrior([.. types], [.. types.Select(_ => 1.0)], [.. means], [.. slopes], [.. slopes.Select(_ => 0.0)], [.. slopes.Select(_ => 1.0)], covariance, 1.2);
    }

    static void Fill(double[] row, SeededRandom random)
    {
        Array.Clear(row);
        layout.AddMessage(row, [.. layout.Sets.Select(set => (byte)random.Next(set))], 0.7, 1.5);
    }

    static double[] Times<T>(Func<T> act)
    {
        var times = new double[Repeats];
        for (var r = -3; r < Repeats; r++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Batch; i++)
            {
                act();
            }

            if (r >= 0)
            {
                times[r] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Batch;
            }
        }

        return times;
    }

    static double Median<T>(Func<T> act) => Times(act).Order().ElementAt(Repeats / 2);

    static double Cholesky(int n)
    {
        Span<double> a = stackalloc double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                a[i * n + j] = 0.1;
            }

            a[i * n + i] = n;
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[i * n + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= a[i * n + k] * a[j * n + k];
                }

                a[i * n + j] = i == j ? Math.Sqrt(sum) : sum / a[j * n + j];
            }
        }

        return a[n * n - 1];
    }
}
