using Aampe.Agents.Core.Populations;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class ExplorationTests
{
    static readonly ExplorationOptions Options = new();

    static readonly LeftToLearn Some = new() { Sets = 6, Cost = 0.4, Spread = 0.1, MeanError = 0.002, Information = 0.03, OwnVariance = 0.01, Noise = 0.6 };

    static readonly Gen<LeftToLearn> Any = Gen.Select(Gen.Double[0, 2], Gen.Double[0, 1], Gen.Double[0, 0.5], Gen.Double[1e-4, 1], Gen.Double[0, 1], Gen.Double[0.01, 3])
        .Select((cost, spread, error, information, own, noise) =>
            Some with { Cost = cost, Spread = spread, MeanError = error, Information = information, OwnVariance = own, Noise = noise });

    [Fact]
    public void The_uniform_share_is_what_least_total_cost_asks_for()
    {
        // e*² = √(2·0.1·0.4 / (0.2·10⁷·0.002·6·0.03)) = 0.0105409; with e² = 0.02 that lacks (94.8683 − 50) / 0.03 decisions of all agents.
        var plan = Exploration.Plan(Some with { MeanError = 0.02 }, 0.002, 10_000_000, Options with { Floor = 0 });
        Assert.Equal((94.86832981 - 50) / 0.03 / 10_000_000, plan.Uniform, 9);
        // The same for 1,000 agents with 20 decisions each: more than one of each.
        Assert.Equal(1, Exploration.Plan(Some with { MeanError = 0.02 }, 20, 1000, Options).Uniform);
    }

    [Fact]
    public void A_longer_horizon_never_explores_less() =>
        Gen.Select(Any, Gen.Double[0, 60], Gen.Double[0, 60], Gen.Double[1, 1e5]).Sample((left, decisions, more, agents) =>
            Exploration.Plan(left, decisions + more, agents, Options).Uniform >= Exploration.Plan(left, decisions, agents, Options).Uniform
            && Exploration.Plan(left, decisions + more, agents, Options).Width >= Exploration.Plan(left, decisions, agents, Options).Width);

    [Fact]
    public void A_larger_population_explores_less_after_as_many_uniform_decisions_an_agent() =>
        Gen.Select(Any, Gen.Double[0, 60], Gen.Double[1, 1e5], Gen.Double[1, 10], Gen.Double[0.01, 5]).Sample((left, decisions, agents, times, explored) =>
        {
            double Uniform(double n) => Exploration.Plan(left with { MeanError = 1 / (explored * n * left.Information) }, decisions, n, Options).Uniform;
            return Uniform(agents * times) <= Uniform(agents) + 1e-12;
        });

    [Fact]
    public void Shares_stay_between_the_floor_and_one() =>
        Gen.Select(Any, Gen.Double[0, 400], Gen.Double[1, 1e7], Gen.Double[0, 1]).Sample((left, decisions, agents, floor) =>
        {
            var plan = Exploration.Plan(left, decisions, agents, Options with { Floor = floor });
            return plan.Uniform >= floor && plan.Uniform <= 1 && plan.Sampled is >= 0 and <= 1 && plan.Width is >= 0 and <= 1;
        });

    [Fact]
    public void What_is_free_or_wholly_unknown_is_explored_and_what_is_known_or_over_is_not()
    {
        Assert.Equal(1, Exploration.Plan(Some with { Cost = 0 }, 20, 1000, Options).Uniform);
        Assert.Equal(0.01, Exploration.Plan(Some with { MeanError = 0 }, 20, 1000, Options).Uniform);
        Assert.Equal(0.01, Exploration.Plan(Some, 0, 1000, Options).Uniform);
        Assert.Equal(0, Exploration.Plan(Some with { OwnVariance = 0 }, 20, 1000, Options).Width);
    }

    [Fact]
    public void Draws_are_as_wide_as_what_own_decisions_can_settle()
    {
        // 20·0.01 / (20·0.01 + 16·0.6) = 1/49.
        var plan = Exploration.Plan(Some, 20, 1e9, Options);
        Assert.Equal(1.0 / 49, plan.Sampled, 12);
        Assert.Equal(Math.Sqrt(1.0 / 49), plan.Width, 12);
    }

    [Fact]
    public void A_belief_says_what_its_choice_costs_and_how_unsure_it_is()
    {
        var law = new PopulationPrior([Town.Law.Types[0]], [1], [Town.Layout.Coefficients(0.2, [[0.3, 0, -0.3], [0.1, -0.1]], 0.1)], [], [], [], Town.Law.Covariance.AsSpan(), 2) { MeanError = 0.003 };
        var user = law.Of(new BehaviourSummary(28, 15, [3, 2, 5, 5, 7, 8]));
        var left = LeftToLearn.Of(EffectBelief.Of(user, EffectStatistic.Empty(Town.Layout.Dimension)), user, Town.Layout, EligibleActions.All(Town.Layout), new(0, 1), Options);
        Assert.Equal(0.2 + 0.3 + 0.1 - 0.1 - 0.8 * (0.2 - 0.1), left.Cost, 12);
        Assert.Equal(Math.Sqrt((2 * 0.09 + 2 * 0.01) / 5), left.Spread, 12);
        // Two contrasts of variance 0.02 and 0.02, one of 0.01; a difference of two orthonormal rows has square length 2.
        Assert.Equal((2 * 0.02 + 2 * 0.01) / 2, left.OwnVariance, 12);
        Assert.Equal((0.003, 2, 2 * user.Rate), (left.MeanError, left.Sets, left.Noise));
        Assert.Equal(0.8 * 2 / 5 / (2 * user.Rate), left.Information, 12);
    }

    [Fact]
    public void A_masked_set_leaves_nothing_to_choose()
    {
        var user = Town.Law.Of(new BehaviourSummary(28, 15, [3, 2, 5, 5, 7, 8]));
        var left = LeftToLearn.Of(EffectBelief.Of(user, EffectStatistic.Empty(Town.Layout.Dimension)), user, Town.Layout, EligibleActions.Of(Town.Layout, [0b10, 0b1]), new(0, 1), Options);
        Assert.Equal((0, 0, 0), (left.Sets, left.Spread, left.OwnVariance));
        Assert.Equal(0.01, Exploration.Plan(left, 20, 1000, Options).Uniform);
    }

    [Fact]
    public void An_open_program_has_four_weeks_and_what_cannot_be_is_refused()
    {
        Assert.Equal(56, Options.Decisions(null, 2));
        Assert.Equal(3, Options.Decisions(6, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Options.Decisions(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Options with { Floor = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Exploration.Plan(Some, double.NaN, 1, Options));
        Assert.Throws<ArgumentOutOfRangeException>(() => Exploration.Plan(Some, 1, 0, Options));
        Assert.Throws<ArgumentOutOfRangeException>(() => Some with { Noise = 0 });
    }

    [Fact]
    public void The_population_knows_its_means_better_the_more_agents_it_has_heard()
    {
        double ErrorOf(int agents) => PopulationFit.Improve(Town.Law, Town.Layout, Town.Agents(agents, 4, "error"), new()).Prior.MeanError;
        // Four times the agents: a quarter of the variance, within what the fit of Σ moves.
        Assert.InRange(ErrorOf(1600) / ErrorOf(400), 0.2, 0.32);
    }

    [Fact]
    public void What_is_forgotten_is_explored_again()
    {
        var agents = Town.Agents(400, 4, "forgotten");
        double ErrorAfter(double kept) => PopulationFit.Improve(Town.Law, Town.Layout, [.. agents.Select(one => one with { Effects = one.Effects!.Decayed(kept) })], new()).Prior.MeanError;
        var (before, after) = (Some with { MeanError = ErrorAfter(1) }, Some with { MeanError = ErrorAfter(0.25) });
        Assert.True(after.MeanError > 2 * before.MeanError);
        double Uniform(LeftToLearn left) => Exploration.Plan(left, 20, 4e6, Options with { Floor = 0 }).Uniform;
        Assert.True(Uniform(after) > Uniform(before));
    }
}
