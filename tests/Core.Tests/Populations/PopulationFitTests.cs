using Aampe.Agents.Core.Populations;
using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class PopulationFitTests
{
    static readonly PopulationFitOptions Options = new() { MostTypes = 4, Passes = 8 };

    [Fact]
    public void Counts_of_a_type_have_probabilities_that_sum_to_one()
    {
        var law = new TypeLaw(new BehaviourShape([new BehaviourGroup("buys", 2)]), 0.3, 1.7, [0.8, 2.5]);
        var sum = 0.0;
        for (var n = 0; n < 200; n++)
        {
            for (var bought = 0; bought <= n; bought++)
            {
                // The parts that all types share: 1/n! of the total and the binomial of the split.
                var shared = -LogFactorial(bought) - LogFactorial(n - bought);
                sum += Math.Exp(shared + law.LogLikelihood(new BehaviourSummary(4, n, [bought, n - bought])));
            }
        }

        Assert.Equal(1, sum, 1e-9);
    }

    [Fact]
    public void Types_means_and_spread_are_found_again()
    {
        var agents = Town.Agents(6000, 15, "found");
        var prior = PopulationFit.Start(Town.Shape, Town.Layout, agents, Options with { Slopes = false });
        Assert.Equal(2, prior.Types.Length);
        prior = PopulationFit.Improve(prior, Town.Layout, agents, Options with { Slopes = false }).Prior;
        var first = prior.Shares[0] < prior.Shares[1] ? 0 : 1;
        Assert.Equal(0.4, prior.Shares[first], 0.03);
        for (var i = 0; i < Town.Layout.Correction; i++)
        {
            Assert.Equal(Town.Law.Means[0][i], prior.Means[first][i], 0.04);
            Assert.Equal(Town.Law.Means[1][i], prior.Means[1 - first][i], 0.04);
            Assert.Equal(Math.Sqrt(Town.Law.Covariance[i * (i + 1) / 2 + i]), Math.Sqrt(prior.Covariance[i * (i + 1) / 2 + i]), 0.04);
        }
    }

    [Fact]
    public void More_passes_make_what_agents_saw_more_likely()
    {
        var agents = Town.Agents(1500, 8, "passes");
        var start = PopulationFit.Start(Town.Shape, Town.Layout, agents, Options);
        var evidence = Enumerable.Range(1, 6).Select(passes => PopulationFit.Improve(start, Town.Layout, agents, Options with { Passes = passes }).LogEvidence).ToArray();
        Assert.True(evidence[1] > evidence[0] && evidence[5] > evidence[1], string.Join(' ', evidence));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        var agents = Town.Agents(400, 4, "threads");
        var start = PopulationFit.Start(Town.Shape, Town.Layout, agents, Options);
        var one = PopulationFit.Improve(start, Town.Layout, agents, Options with { Workers = 1 }).Prior;
        var three = PopulationFit.Improve(start, Town.Layout, agents, Options with { Workers = 3 }).Prior;
        Assert.Equal(one.Covariance.ToArray(), three.Covariance.ToArray());
        Assert.Equal([.. one.Means.SelectMany(mean => mean)], (double[])[.. three.Means.SelectMany(mean => mean)]);
    }

    [Fact]
    public void Without_effects_the_population_learns_that_there_are_none()
    {
        var random = new Core.Randomness.SeededRandom("null town");
        List<AgentReport> agents = [.. Town.Agents(3000, 0, "null").Select(agent => agent with { Effects = Town.Live(new double[Town.Layout.Dimension], 10, random) })];
        var prior = PopulationFit.Improve(PopulationFit.Start(Town.Shape, Town.Layout, agents, Options), Town.Layout, agents, Options with { Passes = 12 }).Prior;
        Assert.All(prior.Means.SelectMany(mean => mean), value => Assert.Equal(0, value, 0.03));
        Assert.True(prior.Covariance[Town.Layout.Fatigue * (Town.Layout.Fatigue + 1) / 2 - 1] < 0.02);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    public void Few_agents_give_a_prior_that_can_be_used(int count)
    {
        var agents = Town.Agents(count, 2, "few");
        var prior = PopulationFit.Improve(PopulationFit.Start(Town.Shape, Town.Layout, agents, Options), Town.Layout, agents, Options).Prior;
        var belief = EffectBelief.Of(prior.Of(agents[0].Behaviour), agents[0].Effects!);
        Assert.All(belief.Mean(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void A_population_without_effects_or_users_has_a_defined_answer()
    {
        Assert.Throws<ArgumentException>("agents", () => PopulationFit.Start(Town.Shape, Town.Layout, [], Options));
        List<AgentReport> silent = [.. Town.Agents(50, 2, "silent").Select(agent => agent with { Effects = null })];
        var start = PopulationFit.Start(Town.Shape, Town.Layout, silent, Options);
        Assert.Same(start, PopulationFit.Improve(start, Town.Layout, silent, Options).Prior);
        List<AgentReport> still = [.. Enumerable.Range(0, 40).Select(_ => new AgentReport(28, 0, new int[6], null))];
        Assert.Single(PopulationFit.Start(Town.Shape, Town.Layout, still, Options).Types);
    }

    [Fact]
    public void Factors_explain_a_covariance_that_has_as_many()
    {
        var loadings = Matrix<double>.Build.Dense(6, 1, (i, _) => 0.3 + 0.1 * i);
        var covariance = loadings * loadings.Transpose() + Matrix<double>.Build.DenseDiagonal(6, 0.5);
        Assert.All(LowRank.Packed(covariance, 1).Zip(LowRank.Packed(covariance, null)), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    static double LogFactorial(int n) => MathNet.Numerics.SpecialFunctions.GammaLn(n + 1);
}
