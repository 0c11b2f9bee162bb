using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Distributions;

/// <summary>
/// A world where no action does anything. Its effects are those that Core measured on simulated users (skewed, with many zeros), dealt to actions at random:
/// then nothing may be found more often than the level says, and agents that learn may not do better than agents that do not.
/// </summary>
public sealed class NullWorld
{
    static readonly Lazy<Effect.Identified[]> pool = new(() => SomeUsers.NullEffects("null world", 3_000));

    static readonly string[] actions = ["a", "b", "c", "d"];

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.01)]
    public void An_action_is_found_better_as_often_as_the_level_says(double level)
    {
        // 10,000 comparisons of 2 × 60 effects; five errors of the share, and half a point for the tails of sums of 60.
        var random = new SeededRandom($"found {level}");
        var found = Enumerable.Range(0, 10_000).Count(_ => DifferenceOfMeans.Test(Some(random, 60), Some(random, 60)) is Significance.Tested { PValue: var p } && p < level);
        Assert.InRange(found / 10_000.0, level - 5 * Math.Sqrt(level * (1 - level) / 10_000) - 0.005, level + 5 * Math.Sqrt(level * (1 - level) / 10_000));
    }

    [Fact]
    public void Of_several_actions_any_is_found_at_most_as_often_as_the_level_says()
    {
        // Each of five actions against its own controls, Holm-adjusted at 5 %: independent, so any is found in 1 − 0.99⁵ = 4.9 % at most.
        var random = new SeededRandom("holm");
        var found = Enumerable.Range(0, 4_000).Count(_ => Holm.Adjust(
            [.. Enumerable.Range(0, 5).Select(_ => ((Significance.Tested)DifferenceOfMeans.Test(Some(random, 40), Some(random, 40))).PValue)]).Min() < 0.05);
        Assert.InRange(found / 4_000.0, 0.02, 0.049 + 5 * Math.Sqrt(0.049 * 0.951 / 4_000));
    }

    [Fact]
    public void A_belief_is_surer_than_its_level_as_rarely_as_it_says()
    {
        // 100 successes or failures an action under the flat prior: P(a better) is uniform up to the steps of counting.
        var random = new SeededRandom("sure");
        var sure = Enumerable.Range(0, 4_000).Count(_ => ThompsonSampling.Propensities([Believed(random, 100), Believed(random, 100)])[0] > 0.95);
        Assert.InRange(sure / 4_000.0, 0.05 - 5 * Math.Sqrt(0.05 * 0.95 / 4_000) - 0.005, 0.05 + 5 * Math.Sqrt(0.05 * 0.95 / 4_000) + 0.005);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    public void Agents_that_learn_do_as_well_as_agents_that_do_not(double share)
    {
        var (thompson, log) = Live(new SamplingOptions(share, 0.01), "learns", 1_500, 20);
        var (uniform, _) = Live(null, "does not", 1_500, 20);
        Assert.True(DifferenceOfMeans.Welch(thompson, uniform, new(0.9999)) is Estimate.Known difference && difference.Covers(0), $"{thompson} {uniform}");

        // And their log says the same of a policy that nobody followed.
        var target = new TargetPolicy(new Dictionary<string, IReadOnlyDictionary<string, double>> { ["x"] = actions.ToDictionary(action => action, action => action == "c" ? 0.7 : 0.1) });
        var judged = (OffPolicy.Evaluated)OffPolicy.Evaluate(log, target, WeightCap.None, new(0.9999));
        var truth = pool.Value.Average(effect => effect.Value);
        Assert.All([judged.InverseProbability, judged.SelfNormalised, judged.DoublyRobust], estimate => Assert.True(estimate.Covers(truth), estimate.ToString()));
    }

    /// <summary>The control: give one action a whole nat and learning shows in this very comparison.</summary>
    [Fact]
    public void Where_one_action_does_something_agents_that_learn_do_better()
    {
        var (thompson, _) = Live(new SamplingOptions(1, 0.01), "learns", 400, 60, gift: 1);
        var (uniform, _) = Live(null, "does not", 400, 60, gift: 1);
        Assert.True(DifferenceOfMeans.Welch(thompson, uniform, new(0.9999)) is Estimate.Known { Low: > 0 }, $"{thompson} {uniform}");
    }

    static (Moments Outcomes, List<LoggedChoice> Log) Live(SamplingOptions? sampling, string key, int users, int decisions, double gift = 0)
    {
        var random = new SeededRandom($"{key} {sampling} {gift}");
        var (outcomes, log) = (default(Moments), new List<LoggedChoice>());
        for (var user = 0; user < users; user++)
        {
            var (evidence, sum) = (new Evidence[actions.Length], 0.0);
            for (var i = 0; i < decisions; i++)
            {
                EligibleAction[] eligible = [.. actions.Select((action, a) => new EligibleAction(action, ArmPosterior.Of(evidence[a].Posterior(default(BetaPosterior))), ArmPosterior.Of(default(BetaPosterior))))];
                var choice = sampling is null
                    ? ThompsonSampling.ChooseUniformly("set", eligible, random)
                    : ThompsonSampling.Choose("set", eligible, sampling.DrawSampled(random), sampling, random);
                var effect = pool.Value[random.Next(pool.Value.Length)];
                var value = effect.Value + (choice.Action == "b" ? gift : 0);
                evidence[choice.ChosenIndex] = evidence[choice.ChosenIndex].Add(value > 0 && effect.Post.EventCount >= 1 ? 1 : 0, value, 1, default, null);
                log.Add(new("x", choice.Action, value, choice.Propensity, false));
                sum += value;
            }

            outcomes = outcomes.Add(sum);
        }

        return (outcomes, log);
    }

    static Moments Some(Random random, int count)
    {
        var moments = default(Moments);
        for (var i = 0; i < count; i++)
        {
            moments = moments.Add(pool.Value[random.Next(pool.Value.Length)].Value);
        }

        return moments;
    }

    static ArmPosterior Believed(Random random, int count)
    {
        var wins = Enumerable.Range(0, count).Count(_ => Success.Of(pool.Value[random.Next(pool.Value.Length)], Threshold.Zero) == 1);
        return ArmPosterior.Of(new BetaPosterior(1 + wins, 1 + count - wins));
    }
}
