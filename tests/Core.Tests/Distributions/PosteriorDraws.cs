using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Distributions;

/// <summary>What is drawn from a belief has the law that the belief states: 20,000 draws a case, false alarm 1e-6.</summary>
public sealed class PosteriorDraws
{
    const int Draws = 20_000;

    static readonly Dictionary<string, string> warm = new() { ["tone"] = "warm", ["offer"] = "none" };
    static readonly Dictionary<string, string> dry = new() { ["tone"] = "dry", ["offer"] = "gift" };

    public static TheoryData<string, double[]> Beliefs => new()
    {
        { "beta", [1, 1] }, { "beta", [0.5, 0.5] }, { "beta", [0.3, 4] }, { "beta", [3, 17] }, { "beta", [900, 40] },
        { "student", [0, 1, 2, 1] }, { "student", [-0.4, 0.3, 0.6, 2] }, { "student", [3, 40, 25, 0.1] },
        { "normal", [0.2, 1.7] },
    };

    [Theory, MemberData(nameof(Beliefs))]
    public void Draws_of_an_arm_have_the_law_of_its_belief(string family, double[] of)
    {
        var arm = Arm(family, of);
        var random = new SeededRandom($"{family} {string.Join(' ', of)}");
        KolmogorovSmirnov.Follows(Enumerable.Range(0, Draws).Select(_ => arm.Sample(random)), arm.Cdf, arm.ToString());
    }

    [Theory, MemberData(nameof(Beliefs))]
    public void Mean_and_variance_of_an_arm_are_those_of_its_law(string family, double[] of)
    {
        // Integrals over quantiles by the midpoint rule: the law against the two numbers that are shown of it.
        var arm = Arm(family, of);
        var values = Enumerable.Range(0, 20_000).Select(i => arm.Quantile((i + 0.5) / 20_000)).ToArray();
        var scale = arm.Quantile(0.95) - arm.Quantile(0.05);
        Assert.Equal(arm.Mean, values.Average(), 2e-3 * scale);
        if (double.IsFinite(arm.Variance))
        {
            Assert.Equal(1, values.Sum(x => (x - arm.Mean) * (x - arm.Mean)) / values.Length / arm.Variance, 0.02);
        }
    }

    [Fact]
    public void Draws_of_a_joint_belief_follow_it_in_every_coordinate_and_along_any_direction()
    {
        var belief = Learnt();
        var random = new SeededRandom("joint belief");
        var draws = Enumerable.Range(0, Draws).Select(_ => belief.Sample(random)).ToArray();
        var directions = Enumerable.Range(0, 4).Select(i => Enumerable.Range(0, 4).Select(j => i == j ? 1.0 : 0).ToArray())
            .Concat(Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, 4).Select(_ => Draw.Normal(random)).ToArray()));
        Assert.All(directions, direction =>
        {
            var law = belief.Value(direction);
            KolmogorovSmirnov.Follows(draws.Select(theta => Dot(theta, direction)), law.Cdf, $"along {string.Join(' ', direction)}");
        });
    }

    [Fact]
    public void Covariances_of_a_joint_belief_are_those_of_its_draws()
    {
        var belief = Learnt();
        var random = new SeededRandom("joint covariance");
        var draws = Enumerable.Range(0, 60_000).Select(_ => belief.Sample(random)).ToArray();
        var noise = belief.B / (belief.A - 1);
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var stated = noise * belief.Covariance[i * 4 + j];
                var size = noise * Math.Sqrt(belief.Covariance[i * 5] * belief.Covariance[j * 5]);
                Assert.Equal(stated, draws.Average(theta => (theta[i] - belief.Mean[i]) * (theta[j] - belief.Mean[j])), 0.05 * size);
            }
        }
    }

    [Fact]
    public void Draws_of_a_model_have_the_law_of_its_beliefs()
    {
        var layout = new JointLayout([("tone", ["warm", "dry"]), ("offer", ["none", "gift"])]);
        var joint = Taught(new JointModel(layout, _ => new([0.1, 0, 0, 0], Diagonal(4, 0.5), 2, 1), TimeSpan.FromDays(30)));
        var neural = Taught(new NeuralLinear((_, set, action) => [1, set.Length - 4.5, Math.Sin(action.Length), action.Length - 3.5], 4, 1, 2, 1, TimeSpan.FromDays(30)));
        var at = new Core.Time.Instant(40L * 86_400_000);
        Assert.All(new[] { joint, neural }, model =>
        {
            var random = new SeededRandom("model");
            var draws = Enumerable.Range(0, Draws).Select(_ => model.Sample(default, "tone", ["warm", "dry"], at, random)).ToArray();
            KolmogorovSmirnov.Follows(draws.Select(pair => pair[0]), model.Belief(default, "tone", "warm", at).Cdf, $"{model.GetType().Name} warm");
            KolmogorovSmirnov.Follows(draws.Select(pair => pair[1]), model.Belief(default, "tone", "dry", at).Cdf, $"{model.GetType().Name} dry");
        });
    }

    static IEffectModel Taught(IEffectModel model) => Enumerable.Range(0, 24).Aggregate(
        model, (known, i) => known.Update(default, i % 3 == 0 ? dry : warm, new(null, Math.Sin(i) + (i % 3 == 0 ? 0.4 : 0), 1, new(i * 86_400_000L))));

    static JointGaussian Learnt()
    {
        var prior = new JointGaussian([0.2, -0.1, 0, 0.3], [0.6, 0.2, 0, 0, 0.2, 0.5, -0.1, 0, 0, -0.1, 0.4, 0.1, 0, 0, 0.1, 0.3], 3, 1.5);
        double[][] rows = [[1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 1, 0]];
        return prior.Posterior(rows.Select((row, i) => (row, i)).Aggregate(JointEvidence.Empty(4), (known, one) => known.Add(one.row, Math.Cos(one.i), 1, default, null)));
    }

    static ArmPosterior Arm(string family, double[] p) => family switch
    {
        "beta" => ArmPosterior.Of(new BetaPosterior(p[0], p[1])),
        "student" => ArmPosterior.Of(new GaussianPosterior(p[0], p[1], p[2], p[3])),
        _ => new ArmPosterior.Normal(p[0], p[1]),
    };

    static double[] Diagonal(int d, double value) => [.. Enumerable.Range(0, d * d).Select(k => k / d == k % d ? value : 0)];

    static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
