using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Distributions;

/// <summary>
/// Users drawn from the prior, observed, and asked for: a 90 % interval must hold the user's true value in 90 % of users, a 99 % one in 99 %. 20,000 users;
/// five errors of the share are 1.06 and 0.35 points, false alarm 6e-7.
/// </summary>
public sealed class PosteriorCoverage
{
    const int Users = 20_000;

    static readonly double[] levels = [0.9, 0.99];

    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(2, 6, 12)]
    [InlineData(0.5, 0.5, 3)]
    [InlineData(8, 2, 60)]
    public void Intervals_of_a_probability_cover_what_was_drawn_from_the_prior(double alpha, double beta, int trials) =>
        Covers($"beta {alpha} {beta}", random =>
        {
            var truth = Draw.Beta(random, alpha, beta);
            var wins = Enumerable.Range(0, trials).Count(_ => random.NextDouble() < truth);
            var evidence = Enumerable.Range(0, trials).Aggregate(default(Evidence), (known, i) => known.Add(i < wins ? 1 : 0, 0, 1, default, null));
            var belief = evidence.Posterior(new BetaPosterior(alpha, beta));
            return belief.Cdf(truth);
        });

    [Theory]
    [InlineData(0, 1, 2, 1, 6)]
    [InlineData(0.5, 0.2, 3, 4, 1)]
    [InlineData(-1, 5, 1, 0.3, 30)]
    public void Intervals_of_a_mean_effect_cover_what_was_drawn_from_the_prior(double mu, double kappa, double a, double b, int effects) =>
        Covers($"student {mu} {kappa}", random =>
        {
            var deviation = Math.Sqrt(b / Draw.Gamma(random, a));
            var truth = mu + deviation / Math.Sqrt(kappa) * Draw.Normal(random);
            var evidence = Enumerable.Range(0, effects).Aggregate(default(Evidence), (known, _) => known.Add(null, truth + deviation * Draw.Normal(random), 1, default, null));
            var belief = evidence.Posterior(new GaussianPosterior(mu, kappa, a, b));
            return belief.Cdf(truth);
        });

    [Fact]
    public void Intervals_of_coefficients_and_messages_cover_what_was_drawn_from_the_joint_prior()
    {
        var prior = new JointGaussian([0.2, -0.1, 0], [0.5, 0.2, 0, 0.2, 0.4, 0.1, 0, 0.1, 0.3], 3, 2);
        double[][] rows = [[1, 0, 1], [0, 1, 1], [1, 1, 0]];
        foreach (var direction in (double[][])[[1, 0, 0], [0, 0, 1], [1, 0, 1], [1, -1, 0]])
        {
            Covers($"joint {string.Join(' ', direction)}", random =>
            {
                var deviation = Math.Sqrt(prior.B / Draw.Gamma(random, prior.A));
                var theta = Drawn(prior, deviation, random);
                var evidence = Enumerable.Range(0, 7).Aggregate(
                    JointEvidence.Empty(3), (known, i) => known.Add(rows[i % 3], Dot(rows[i % 3], theta) + deviation * Draw.Normal(random), 1, default, null));
                var belief = prior.Posterior(evidence).Value(direction);
                return belief.Cdf(Dot(direction, theta));
            }, users: 6_000);
        }
    }

    [Fact]
    public void Intervals_of_a_neural_linear_layer_cover_what_was_drawn_from_its_ridge() =>
        Covers("neural", random =>
        {
            var deviation = Math.Sqrt(1 / Draw.Gamma(random, 2));
            double[] theta = [deviation * Draw.Normal(random), deviation * Draw.Normal(random)];
            double[] Features(Context context, string set, string action) => action == "warm" ? [1, 0.5] : [1, -0.8];
            IEffectModel model = new NeuralLinear(Features, 2, 1, 2, 1, null);
            for (var i = 0; i < 5; i++)
            {
                var action = i % 2 == 0 ? "warm" : "dry";
                model = model.Update(default, new Dictionary<string, string> { ["tone"] = action }, new(null, Dot(Features(default, "", action), theta) + deviation * Draw.Normal(random), 1, default));
            }

            var belief = model.Belief(default, "tone", "dry", default);
            return belief.Cdf(Dot(Features(default, "", "dry"), theta));
        }, users: 6_000);

    /// <summary>The prior imputed from 2,000 other users in place of the true one: what agents in fact use.</summary>
    [Fact]
    public void Intervals_with_a_prior_from_the_cohort_cover_as_those_with_the_true_one()
    {
        var cohort = new SeededRandom("cohort");
        var prior = EmpiricalBayes.Fit([.. Enumerable.Range(0, 2_000).Select(_ => Binomial(cohort, Draw.Beta(cohort, 2, 8), 10))], null).Prior;
        Covers("empirical", random =>
        {
            var truth = Draw.Beta(random, 2, 8);
            var (wins, trials) = Binomial(random, truth, 8);
            var belief = new BetaPosterior(prior.Alpha + wins, prior.Beta + trials - wins);
            return belief.Cdf(truth);
        }, slack: 0.01);
    }

    /// <summary>The control: a belief twice as sure as it may be misses, and this test would say so.</summary>
    [Fact]
    public void A_belief_that_counts_its_evidence_twice_covers_too_rarely() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Covers("twice", random =>
        {
            var truth = Draw.Beta(random, 2, 6);
            var (wins, trials) = Binomial(random, truth, 12);
            var belief = new BetaPosterior(2 + 2 * wins, 6 + 2 * (trials - wins));
            return belief.Cdf(truth);
        }));

    // The truth lies between the quantiles of the two tails where its place in the belief, Cdf(truth), does; the places are uniform besides, which says it of every
    // level. That quantiles invert the distribution function is tested elsewhere (BeliefTests).
    static void Covers(string key, Func<Random, double> transform, int users = Users, double slack = 0)
    {
        var random = new SeededRandom(key);
        var transforms = new double[users];
        for (var i = 0; i < users; i++)
        {
            transforms[i] = transform(random);
        }

        foreach (var level in levels)
        {
            var tail = (1 - level) / 2;
            var share = transforms.Count(one => one >= tail && one <= 1 - tail) / (double)users;
            var error = Math.Sqrt(level * (1 - level) / users);
            Assert.InRange(share - level, -5 * error - slack, 5 * error + slack);
        }

        if (slack == 0)
        {
            KolmogorovSmirnov.Follows(transforms, x => x, key);
        }
    }

    static (int Wins, int Trials) Binomial(Random random, double p, int trials) => (Enumerable.Range(0, trials).Count(_ => random.NextDouble() < p), trials);

    // θ | σ² by the factor of V, written out here again.
    static double[] Drawn(JointGaussian prior, double deviation, Random random)
    {
        var v = prior.Covariance;
        var l00 = Math.Sqrt(v[0]);
        var (l10, l20) = (v[3] / l00, v[6] / l00);
        var l11 = Math.Sqrt(v[4] - l10 * l10);
        var l21 = (v[7] - l20 * l10) / l11;
        var l22 = Math.Sqrt(v[8] - l20 * l20 - l21 * l21);
        var (a, b, c) = (Draw.Normal(random), Draw.Normal(random), Draw.Normal(random));
        return [prior.Mean[0] + deviation * l00 * a, prior.Mean[1] + deviation * (l10 * a + l11 * b), prior.Mean[2] + deviation * (l20 * a + l21 * b + l22 * c)];
    }

    static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
