using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;
using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Tests.Experiments;

/// <summary>
/// Intervals cover the truth as often as their level says, within one point, at 99 % and at 90 %. Proportions: by summing the binomial law, without chance. The
/// others: 20,000 worlds, where the share is known to 0.21 points at 90 % (fixed seeds).
/// </summary>
public sealed class CoverageTests
{
    const int Worlds = 20_000;

    static readonly double[] levels = [0.99, 0.9];

    [Theory]
    [InlineData(0.5, 400, 0.5, 400)]
    [InlineData(0.1, 1000, 0.12, 1500)]
    [InlineData(0.02, 3000, 0.02, 3000)]
    [InlineData(0.3, 200, 0.9, 300)]
    public void Newcombe_covers_the_difference_of_two_binomials(double p, int n, double q, int m) =>
        Assert.All(levels, level => Assert.InRange(CoverageOfBinomials(p, n, q, m, level, ProportionDifference.Newcombe), level - 0.01, level + 0.01));

    [Theory]
    [InlineData(0.5, 400, 0.5, 400)]
    [InlineData(0.1, 1000, 0.12, 1500)]
    public void Wald_covers_where_successes_are_many(double p, int n, double q, int m) =>
        Assert.All(levels, level => Assert.InRange(CoverageOfBinomials(p, n, q, m, level, ProportionDifference.Wald), level - 0.01, level + 0.01));

    /// <summary>The reason for the default: at 99 % and two successes expected in the smaller arm Wald covers 94.67 %, Newcombe 99.41 % (sums made anew in Python).</summary>
    [Fact]
    public void Where_successes_are_few_Newcombe_keeps_its_level_and_Wald_does_not()
    {
        Assert.Equal(0.9941, CoverageOfBinomials(0.005, 400, 0.005, 1200, 0.99, ProportionDifference.Newcombe), 1e-4);
        Assert.Equal(0.9467, CoverageOfBinomials(0.005, 400, 0.005, 1200, 0.99, ProportionDifference.Wald), 1e-4);
    }

    /// <summary>A tenth of users spend, lognormally: 0 for most and a long tail for some. 4,000 users an arm.</summary>
    [Fact, Trait("layer", "long")]
    public void Relative_changes_of_spend_are_covered()
    {
        var random = new SeededRandom("spend");
        var (delta, fieller) = (new Tally(), new Tally());
        for (var world = 0; world < Worlds; world++)
        {
            var (treated, control) = (Spend(random, 4_000, 1.3), Spend(random, 4_000, 1));
            delta.Add(level => RatioOfMeans.Delta(treated, control, level), 0.3);
            fieller.Add(level => RatioOfMeans.Fieller(treated, control, level), 0.3);
        }

        delta.IsNominal(Worlds, "delta");
        fieller.IsNominal(Worlds, "Fieller");
    }

    /// <summary>2,000 worlds of 400 users: the share is known to 0.7 points, so the limits are wider.</summary>
    [Fact, Trait("layer", "long")]
    public void The_bootstrap_covers_the_relative_change()
    {
        var random = new SeededRandom("bootstrap cover");
        var tally = new Tally();
        for (var world = 0; world < 2_000; world++)
        {
            var (treated, control) = (new PoissonBootstrap(600), new PoissonBootstrap(600));
            for (var user = 0; user < 400; user++)
            {
                treated.Add($"{world}-{user}", 1.3 * Exponential(random));
                control.Add($"{world}+{user}", Exponential(random));
            }

            tally.Add(level => PoissonBootstrap.Ratio(treated, control, level), 0.3);
        }

        tally.IsNominal(2_000, "bootstrap", slack: 0.02);
    }

    [Theory]
    [InlineData(12, 3, 40, 1)]
    [InlineData(200, 1, 200, 5)]
    public void Welch_covers_differences_of_unequal_arms(int n, double s, int m, double u)
    {
        var random = new SeededRandom($"welch {n}");
        var tally = new Tally();
        for (var world = 0; world < Worlds; world++)
        {
            var (treated, control) = (Normals(random, n, 1.5, s), Normals(random, m, 1, u));
            tally.Add(level => DifferenceOfMeans.Welch(treated, control, level), 0.5);
        }

        tally.IsNominal(Worlds, "Welch");
    }

    /// <summary>Skewed outcomes of 300 users an arm, exponential: the level is a matter of the central limit here.</summary>
    [Fact]
    public void Welch_covers_differences_of_skewed_outcomes()
    {
        var random = new SeededRandom("welch skewed");
        var tally = new Tally();
        for (var world = 0; world < Worlds; world++)
        {
            var (treated, control) = (Moments.Of(Many(random, 300, Exponential)), Moments.Of(Many(random, 300, r => 2 * Exponential(r))));
            tally.Add(level => DifferenceOfMeans.Welch(treated, control, level), -1);
        }

        tally.IsNominal(Worlds, "Welch");
    }

    /// <summary>1,000 rows a log, two contexts, three actions logged at 0.5/0.3/0.2 or the reverse; the target prefers what was rare.</summary>
    [Fact, Trait("layer", "long")]
    public void Off_policy_estimates_cover_the_value_of_the_target()
    {
        var random = new SeededRandom("off policy");
        var target = Target();
        var truth = Contexts.Average(x => Actions.Sum(a => target.In(x)[a] * Rate(x, a)));
        var model = new OutcomeModel(Contexts.SelectMany(x => Actions.Select(a => (x, a))).ToDictionary(cell => cell, cell => Rate(cell.x, cell.a) + 0.1), 0.3);
        var (ips, snips, dr, folds) = (new Tally(), new Tally(), new Tally(), new Tally());
        for (var world = 0; world < 10_000; world++)
        {
            var log = Log(random, 1_000);
            ips.Add(level => Of(log, level).InverseProbability, truth);
            snips.Add(level => Of(log, level).SelfNormalised, truth);
            dr.Add(level => Of(log, level).DoublyRobust, truth);
            folds.Add(level => ((OffPolicy.Evaluated)OffPolicy.Evaluate(log, target, WeightCap.None, level)).DoublyRobust, truth);
        }

        ips.IsNominal(10_000, "IPS");
        snips.IsNominal(10_000, "SNIPS");
        dr.IsNominal(10_000, "DR, model given and wrong by a constant");
        folds.IsNominal(10_000, "DR, model fitted by folds");
        OffPolicy.Evaluated Of(LoggedChoice[] log, ConfidenceLevel level) => (OffPolicy.Evaluated)OffPolicy.Evaluate(log, target, model, WeightCap.None, level);
    }

    /// <summary>
    /// 300 users of one covariate that drives treatment and outcome; 2,000 worlds (known to 0.7 points at 90 %). With replacement few controls stand for many, and
    /// errors that took pairs for independent would cover too rarely: the check at the end.
    /// </summary>
    [Fact, Trait("layer", "long")]
    public void Pairs_with_replacement_cover_the_effect_on_the_treated()
    {
        var random = new SeededRandom("abadie");
        var (tally, naive) = (new Tally(), new Tally());
        for (var world = 0; world < 2_000; world++)
        {
            var units = Observed(random, 300);
            var paired = PropensityPairing.Compare(units, 5, Replacement.With, default) as PropensityPairing.Paired;
            tally.Add(level => PropensityPairing.Compare(units, 5, Replacement.With, level) is PropensityPairing.Paired { Effect: var effect } ? effect : new Estimate.NotKnown(WhyNotKnown.Separated), 1);
            var outcomes = units.ToDictionary(unit => unit.Id, unit => unit.Outcome);
            var differences = Moments.Of([.. paired!.Pairs.Select(pair => outcomes[pair.Treated] - outcomes[pair.Control])]);
            naive.Add(level => Math.Abs(differences.Mean - 1) <= level.NormalQuantile * Math.Sqrt(differences.Variance() / differences.N), "naive");
        }

        tally.IsNominal(2_000, "Abadie and Imbens", slack: 0.03);
        Assert.True(naive.Share(0.9, 2_000) < 0.85, $"independent pairs: {naive.Share(0.9, 2_000)}");
    }

    static double CoverageOfBinomials(double p, int n, double q, int m, double level, Func<Proportion, Proportion, ConfidenceLevel, Estimate> interval)
    {
        var (covered, of) = (0.0, new ConfidenceLevel(level));
        var controls = Likely(q, m);
        foreach (var (x, chance) in Likely(p, n))
        {
            foreach (var (y, other) in controls)
            {
                covered += ((Estimate.Known)interval(new(x, n), new(y, m), of)).Covers(p - q) ? chance * other : 0;
            }
        }

        return covered;
    }

    static List<(int Count, double Chance)> Likely(double p, int n)
    {
        var reach = 6 * Math.Sqrt(n * p * (1 - p)) + 4;
        var (low, high) = (Math.Max(0, (int)(n * p - reach)), Math.Min(n, (int)(n * p + reach)));
        return [.. Enumerable.Range(low, high - low + 1).Select(x => (x, Binomial.PMF(p, n, x)))];
    }

    static Moments Spend(SeededRandom random, int users, double times)
    {
        var moments = default(Moments);
        for (var user = 0; user < users; user++)
        {
            moments = moments.Add(random.NextDouble() < 0.1 ? times * Math.Exp(0.8 * Draw.Normal(random)) : 0);
        }

        return moments;
    }

    static Moments Normals(SeededRandom random, int users, double mean, double spread) => Moments.Of(Many(random, users, r => mean + spread * Draw.Normal(r)));

    static double Exponential(SeededRandom random) => -Math.Log(1 - random.NextDouble());

    static double[] Many(SeededRandom random, int count, Func<SeededRandom, double> draw)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = draw(random);
        }

        return values;
    }

    static readonly string[] Contexts = ["new", "active"];
    static readonly string[] Actions = ["a", "b", "c"];

    static double Rate(string context, string action) => (context == "new" ? 0.2 : 0.4) + (action == "a" ? 0 : action == "b" ? 0.1 : 0.25);

    static double Logged(string context, string action) => (context == "new") == (action == "a") ? action == "b" ? 0.3 : 0.5 : action == "b" ? 0.3 : 0.2;

    static TargetPolicy Target() => new(Contexts.ToDictionary(
        x => x, _ => (IReadOnlyDictionary<string, double>)new Dictionary<string, double> { ["a"] = 0.2, ["b"] = 0.2, ["c"] = 0.6 }));

    static LoggedChoice[] Log(SeededRandom random, int rows)
    {
        var log = new LoggedChoice[rows];
        for (var i = 0; i < rows; i++)
        {
            var x = Contexts[random.Next(2)];
            var u = random.NextDouble();
            var total = Actions.Sum(a => Logged(x, a));
            var action = u < Logged(x, "a") / total ? "a" : u < (Logged(x, "a") + Logged(x, "b")) / total ? "b" : "c";
            log[i] = new(x, action, random.NextDouble() < Rate(x, action) ? 1 : 0, Logged(x, action) / total, false);
        }

        return log;
    }

    // Half the users are treated, more where x is large; the outcome rises with x and by 1 with treatment.
    static PairingUnit[] Observed(SeededRandom random, int users) => [.. Enumerable.Range(0, users).Select(i =>
    {
        var x = Draw.Normal(random);
        var treated = random.NextDouble() < 1 / (1 + Math.Exp(-x));
        return new PairingUnit($"u{i:000}", treated, [x], 0.5 * x + (treated ? 1 : 0) + Draw.Normal(random));
    })];

    sealed class Tally
    {
        readonly Dictionary<double, int> covered = levels.ToDictionary(level => level, _ => 0);

        public void Add(Func<ConfidenceLevel, Estimate> interval, double truth) => Add(level => ((Estimate.Known)interval(level)).Covers(truth), "");

        public void Add(Func<ConfidenceLevel, bool> covers, string _)
        {
            foreach (var level in levels)
            {
                covered[level] += covers(new(level)) ? 1 : 0;
            }
        }

        public double Share(double level, int worlds) => covered[level] / (double)worlds;

        public void IsNominal(int worlds, string what, double slack = 0.01) => Assert.All(
            levels, level => Assert.True(Math.Abs(Share(level, worlds) - level) <= slack, $"{what} covers {Share(level, worlds):P2} at {level:P0}"));
    }
}
