using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Posteriors;

public sealed class EmpiricalBayesTests
{
    static readonly Gen<(int S, int N)> user = Gen.Int[1, 40].SelectMany(n => Gen.Int[0, n].Select(s => (s, n)));

    [Fact]
    public void Histograms_of_shards_add_up() =>
        Gen.Select(user.Array, user.Array).Sample((first, second) =>
        {
            var merged = Histogram(first);
            merged.Merge(Histogram(second));
            return merged.ToArray().SequenceEqual(Histogram([.. second, .. first]).ToArray());
        });

    [Fact]
    public void Taking_a_user_out_undoes_putting_it_in() =>
        Gen.Select(user.Array, user).Sample((others, one) =>
        {
            var histogram = Histogram([.. others, one]);
            histogram.Subtract(one.S, one.N);
            return histogram.ToArray().SequenceEqual(Histogram(others).ToArray());
        });

    [Fact]
    public void A_histogram_survives_storage() =>
        user.Array.Sample(users => new SuccessHistogram(Histogram(users).ToArray()).ToArray().SequenceEqual(Histogram(users).ToArray()));

    [Fact]
    public void Many_trials_are_scaled_down_to_thirty_two()
    {
        var histogram = Histogram([(48, 64)]);
        Assert.Equal(1, histogram[24, 32]);
        Assert.Equal(561, histogram.ToArray().Length);
    }

    [Fact]
    public void A_histogram_gives_the_prior_of_its_list()
    {
        var users = Cohort(200, 2, 10, "list");
        var (list, histogram) = (EmpiricalBayes.Fit(users, null), EmpiricalBayes.Fit(Histogram(users), null));
        Assert.Equal((list.Users, list.Trials, list.Successes, list.Source), (histogram.Users, histogram.Trials, histogram.Successes, histogram.Source));
        Assert.Equal(list.Prior.Alpha, histogram.Prior.Alpha, 1e-6);
        Assert.Equal(list.Prior.Beta, histogram.Prior.Beta, 1e-6);
    }

    [Fact]
    public void Order_of_the_users_does_not_matter()
    {
        var users = Cohort(60, 1, 3, "order");
        Assert.Equal(EmpiricalBayes.Fit(users, null).Prior.Mean, EmpiricalBayes.Fit(users.Reverse(), null).Prior.Mean, 1e-9);
    }

    // 3,000 users of Beta(2, 6): standard errors of m and ln M are about 0.005 and 0.07; limits are six of them.
    [Fact]
    public void The_prior_of_a_large_cohort_is_the_law_it_was_drawn_from()
    {
        var prior = EmpiricalBayes.Fit(Cohort(3000, 2, 6, "law"), null).Prior;
        Assert.InRange(prior.Mean, 0.22, 0.28);
        Assert.InRange(prior.Strength, 5.2, 12.2);
    }

    [Fact]
    public void The_gradient_vanishes_at_the_maximum() =>
        user.Array[12, 60].Where(users => users.Sum(u => u.S) is > 0 and var s && s < users.Sum(u => u.N)).Sample(users =>
        {
            var cohort = new BetaBinomial([.. users.Select(u => (u.S, u.N, 1))]);
            var fit = cohort.Maximum();
            return new[] { (0.999, 1.0), (1.001, 1.0), (1.0, 0.99), (1.0, 1.01) }.All(move =>
                fit.Strength * move.Item2 is > 1e6 or < 0.01 || cohort.LogLikelihood(fit.Mean * move.Item1, fit.Strength * move.Item2) <= fit.LogLikelihood + 1e-9);
        });

    [Theory]
    [InlineData(9, 10, 5, PriorSource.Parent)]
    [InlineData(12, 2, 1, PriorSource.Parent)]
    [InlineData(20, 5, 0, PriorSource.AllSame)]
    [InlineData(20, 5, 5, PriorSource.AllSame)]
    [InlineData(20, 5, 2, PriorSource.UnderDispersed)]
    public void Edge_cases_say_what_they_are(int users, int trials, int successes, PriorSource source) =>
        Assert.Equal(source, EmpiricalBayes.Fit(Enumerable.Repeat((successes, trials), users), new BetaPosterior(3, 4)).Source);

    [Fact]
    public void Single_trials_take_the_strength_of_the_parent()
    {
        var prior = EmpiricalBayes.Fit(Enumerable.Range(0, 40).Select(i => (i % 2, 1)), new BetaPosterior(2, 6));
        Assert.Equal((PriorSource.SingleTrials, 8.0), (prior.Source, prior.Prior.Strength));
    }

    [Fact]
    public void Each_level_is_the_parent_of_the_next()
    {
        var levels = EmpiricalBayes.FitLevels([Histogram(Cohort(300, 2, 6, "set")), Histogram(Cohort(40, 2, 6, "cell")), Histogram([(1, 2)])]);
        Assert.Equal([PriorSource.Fitted, PriorSource.Fitted, PriorSource.Parent], levels.Select(level => level.Source));
        Assert.Equal(levels[1].Prior, levels[2].Prior);
    }

    [Fact]
    public void A_user_of_a_small_cohort_does_not_sit_in_its_own_prior()
    {
        var cohort = Histogram(Cohort(50, 2, 6, "own"));
        var others = cohort.Copy();
        cohort.Add(8, 8);
        Assert.Equal(EmpiricalBayes.Fit(others, null).Prior, EmpiricalBayes.FitWithout(cohort, 8, 8, null).Prior);
    }

    [Fact]
    public void Hold_starts_from_the_untreated_rate()
    {
        var prior = EmpiricalBayes.HoldPrior(30, 1000);
        Assert.Equal(30.5 / 1001, prior.Mean, 1e-12);
        Assert.Equal(20, prior.Strength, 1e-12);
        Assert.Equal(new BetaPosterior(1, 1), EmpiricalBayes.HoldPrior(0, 0));
    }

    [Fact]
    public void Similar_users_move_the_mean_and_leave_the_strength()
    {
        SimilarUser[] others = [new([1, 0.1], 9, 10), new([-1, 0], 0, 10)];
        var prior = SimilarUsers.Prior([1, 0], others, new BetaPosterior(2, 8), SimilarUsers.DefaultNearest, 20);
        var similarity = 1 / Math.Sqrt(1.01);
        Assert.Equal((2 + 9 * similarity) / (10 + 10 * similarity), prior.Mean, 1e-12);
        Assert.Equal(10, prior.Strength, 1e-12);
    }

    [Fact]
    public void A_cohort_of_effects_gives_its_common_mean_and_noise()
    {
        var random = new SeededRandom("effects");
        var users = Enumerable.Range(0, 400).Select(_ =>
        {
            var mean = 0.4 + 0.5 * Draw.Normal(random);
            return Enumerable.Range(0, 12).Aggregate(default(Evidence), (known, _) => known.Add(null, mean + 1.2 * Draw.Normal(random), 1, new(0), null));
        });
        var prior = NormalNormal.PriorOf(users, default, 20);
        Assert.Equal(0.4, prior.Mu, 0.2);
        Assert.Equal(1.44, prior.B, 0.15);
        Assert.Equal(1.44 / 0.25, prior.Kappa, 2.5);
    }

    [Fact]
    public void Every_round_of_EM_raises_the_likelihood()
    {
        var users = JointUsers(60);
        var prior = new JointGaussian([0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1], 2, 1);
        for (var round = 0; round < 12; round++)
        {
            var next = JointPrior.Improve(users, prior);
            Assert.True(JointPrior.LogLikelihood(users, next) >= JointPrior.LogLikelihood(users, prior) - 1e-9, $"round {round}");
            prior = next;
        }
    }

    // Users differ by N(m, V), V = diag(0.3, 0.05, 0.3), σ² = 1; 400 users of 20 rows. The contrast θ0 − θ2 has variance 0.6, estimated with
    // noise 0.2 a user: standard errors 0.8·√(2/400) = 0.057 and √(0.8/400) = 0.045; limits are five of them.
    [Fact]
    public void EM_finds_the_covariance_without_the_noise_of_the_estimates()
    {
        var prior = JointPrior.Fit(JointUsers(400), new([0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1], 2, 1), 60, 1e-4);
        Assert.InRange(prior.Covariance[0] + prior.Covariance[8] - 2 * prior.Covariance[2], 0.6 - 0.285, 0.6 + 0.285);
        Assert.InRange(prior.Mean[0] - prior.Mean[2], 0.6 - 0.225, 0.6 + 0.225);
    }

    static List<JointEvidence> JointUsers(int count)
    {
        var random = new SeededRandom("em");
        double[] center = [0.5, 0, -0.1];
        double[] spread = [Math.Sqrt(0.3), Math.Sqrt(0.05), Math.Sqrt(0.3)];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var theta = center.Zip(spread, (m, s) => m + s * Draw.Normal(random)).ToArray();
            var evidence = JointEvidence.Empty(3);
            for (var row = 0; row < 20; row++)
            {
                double[] x = row % 2 == 0 ? [1, 1, 0] : [0, 1, 1];
                evidence = evidence.Add(x, x.Zip(theta, (a, b) => a * b).Sum() + Draw.Normal(random), 1, new Instant(0), null);
            }

            return evidence;
        })];
    }

    static (int, int)[] Cohort(int users, double alpha, double beta, string seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, users).Select(_ =>
        {
            var p = Draw.Beta(random, alpha, beta);
            var n = random.Next(2, 13);
            return (Enumerable.Range(0, n).Count(_ => random.NextDouble() < p), n);
        })];
    }

    static SuccessHistogram Histogram(IEnumerable<(int S, int N)> users)
    {
        var histogram = new SuccessHistogram();
        foreach (var (s, n) in users)
        {
            histogram.Add(s, n);
        }

        return histogram;
    }
}
