using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class CountedOutcomeTests
{
    // Buying is cell 4 of the town's summary.
    static readonly CountedOutcome Visits = new(1, 0, [4]), Goals = new(0, 1, [4]), Both = new(0.5, 2, [4]);

    [Fact]
    public void Visits_have_the_rate_that_the_prior_states()
    {
        foreach (var agent in Town.Agents(20, 0, "rates"))
        {
            var user = Town.Law.Of(agent.Behaviour);
            var (mean, variance) = Visits.Rate(Town.Law, agent.Behaviour);
            Assert.Equal(user.Rate, mean, 1e-12);
            Assert.Equal(user.RateVariance, variance, 1e-12);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2)]
    public void Rates_are_believed_as_widely_as_they_miss(double perEvent, double perGoal)
    {
        var outcome = new CountedOutcome(perEvent, perGoal, [4]);
        var law = new TypeLaw(Town.Shape, 0.5, 3, [8, 2, 1, 1, 6, 2]);
        var prior = new PopulationPrior([law], [1], [new double[6]], [], [], [], Town.Diagonal(1, 1, 1, 1, 1, 1), 1);
        var random = new SeededRandom("rates of goals");
        var (bias, ratio) = (0.0, 0.0);
        const int Users = 20_000;
        for (var u = 0; u < Users; u++)
        {
            var (rate, share) = (Draw.Gamma(random, 3) * 0.5 / 3, Draw.Beta(random, 6, 2));
            var visits = Poisson(28 * rate, random);
            var bought = Enumerable.Range(0, visits).Count(_ => random.NextDouble() < share);
            var (mean, variance) = outcome.Rate(prior, new BehaviourSummary(28, visits, [visits, 0, 0, 0, bought, visits - bought]));
            var miss = rate * (perEvent + perGoal * share) - mean;
            bias += miss / Users;
            ratio += miss * miss / variance / Users;
        }

        // Misses have deviations of some 0.15; 20,000 users, five standard errors.
        Assert.Equal(0, bias, 0.008);
        Assert.Equal(1, ratio, 0.08);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(0.5, 2)]
    public void Days_vary_as_the_noise_says(double perEvent, double perGoal)
    {
        const double Mean = 0.8, Dispersion = 1.6, Conversion = 0.3;
        var outcome = new CountedOutcome(perEvent, perGoal, [4]);
        var random = new SeededRandom("noise of goals");
        var (sum, squares) = (0.0, 0.0);
        const int Days = 100_000;
        for (var d = 0; d < Days; d++)
        {
            var visits = Poisson(Draw.Gamma(random, Mean / (Dispersion - 1)) * (Dispersion - 1), random);
            var y = outcome.Of(visits, Enumerable.Range(0, visits).Count(_ => random.NextDouble() < Conversion));
            sum += y / Days;
            squares += y * y / Days;
        }

        var found = (squares - sum * sum) / sum;
        Assert.Equal(1, found / outcome.Noise(Dispersion, Conversion), 0.04);
    }

    [Fact]
    public void One_more_visit_stands_for_its_conversion_and_one_more_goal_for_itself()
    {
        Assert.Equal(0.2, Visits.GoalsPerUnit(0.2), 1e-12);
        Assert.Equal(1, Goals.GoalsPerUnit(0.2), 1e-12);
        Assert.Equal(0.2 / 0.9, Both.GoalsPerUnit(0.2), 1e-12);
        Assert.Equal(0, Visits.GoalsPerUnit(0), 1e-12);
        Assert.Equal(1, Goals.GoalsPerUnit(0), 1e-12);
    }

    [Fact]
    public void Another_outcome_starts_from_the_same_types_with_effects_of_its_own_size()
    {
        var agents = Town.Agents(500, 0, "anew");
        var options = new PopulationFitOptions { MostTypes = 3 };
        var start = PopulationFit.Start(Town.Shape, Town.Layout, agents, options);
        var anew = PopulationFit.Anew(start, Town.Layout, agents, options with { OutcomesPerEvent = 0.1 });
        Assert.Equal(start.Types, anew.Types);
        Assert.Equal(0.01 * start.Covariance[0], anew.Covariance[0], 1e-9);
        Assert.All(anew.Means.SelectMany(mean => mean), effect => Assert.Equal(0, effect));
    }

    static int Poisson(double mean, Random random)
    {
        var count = 0;
        for (var left = mean; (left += Math.Log(1 - random.NextDouble())) > 0;)
        {
            count++;
        }

        return count;
    }
}
