using Aampe.Agents.Core.Populations;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>The exact law of a world as a prior: its types, and a grid over its continuous factors.</summary>
static class WorldLaw
{
    // Half a deviation from point to point, to three deviations: the rest of a cell goes into Σ.
    const double Step = 0.5, Widest = 3;

    public static PopulationPrior Of(WorldTruth truth)
    {
        var world = truth.World;
        var types = new List<TypeLaw>();
        var shares = new List<double>();
        var means = new List<double[]>();
        double[] line = [.. Enumerable.Range(0, (int)(2 * Widest / Step) + 1).Select(i => i * Step - Widest)];
        double[] point = [0];
        var effects = new float[2 + truth.Actions];
        var hours = new double[Population.HourCells];
        foreach (var type in truth.Types)
        {
            foreach (var x in truth.Dimensions > 0 ? line : point)
            {
                foreach (var y in truth.Dimensions > 1 ? line : point)
                {
                    double[] factors = [x, y];
                    var (mean, shape) = truth.RateOf(type, factors);
                    truth.Profile(type, factors, hours);
                    var concentrations = new List<double>(hours.Select(share => Math.Max(1e-3, world.Spread.Hours * share)));
                    foreach (var p in (double[])[WorldTruth.WeekendShareOf(type), truth.StepOf(type, 0, factors), truth.StepOf(type, 1, factors), truth.StepOf(type, 2, factors)])
                    {
                        concentrations.AddRange([world.Spread.Funnel * p, world.Spread.Funnel * (1 - p)]);
                    }

                    types.Add(new TypeLaw(UserHistory.Shape, mean, shape, concentrations.ToArray()));
                    shares.Add(type.Share * Math.Exp(-(x * x + y * y) / 2));
                    truth.MeanEffects(type, factors, effects);
                    means.Add(truth.Coefficients(effects));
                }
            }
        }

        return new PopulationPrior([.. types], shares.ToArray(), [.. means], [], [], [], Spread(truth), world.Noise.Dispersion);
    }

    static double[] Spread(WorldTruth truth)
    {
        var (spread, layout) = (truth.World.Spread, truth.Layout);
        var packed = new double[layout.Dimension * (layout.Dimension + 1) / 2];
        for (var i = 0; i < layout.Dimension; i++)
        {
            packed[i * (i + 1) / 2 + i] = i == layout.Message ? spread.Message * spread.Message + layout.Sets.Sum(actions => spread.Action * spread.Action / actions)
                : i == layout.Fatigue ? Math.Max(1e-6, spread.Fatigue * spread.Fatigue)
                : i == layout.Correction ? 1 : spread.Action * spread.Action;
        }

        for (var j = 0; j < truth.Dimensions; j++)
        {
            // A uniform cell of the grid has variance step²/12 along each factor.
            var (up, down) = (new float[2 + truth.Actions], new float[2 + truth.Actions]);
            truth.MeanEffects(truth.Types[0], j == 0 ? [1, 0] : [0, 1], up);
            truth.MeanEffects(truth.Types[0], [0, 0], down);
            var loading = truth.Coefficients(up).Zip(truth.Coefficients(down), (a, b) => a - b).ToArray();
            for (var i = 0; i < loading.Length; i++)
            {
                for (var k = 0; k <= i; k++)
                {
                    packed[i * (i + 1) / 2 + k] += Step * Step / 12 * loading[i] * loading[k];
                }
            }
        }

        return packed;
    }
}
