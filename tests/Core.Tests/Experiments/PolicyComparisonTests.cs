using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class PolicyComparisonTests
{
    [Fact]
    public void The_logged_policy_brought_the_mean_of_its_rows_with_every_weight_at_one()
    {
        var log = Log(400, "logged");
        var logged = (OffPolicy.Evaluated)PolicyComparison.Of(log, default).Logged;
        Assert.Equal(log.Average(row => row.Outcome), logged.InverseProbability.Value, 1e-12);
        Assert.Equal((400.0, 1.0, 400), (logged.EffectiveRows, logged.MeanWeight, logged.Rows));
    }

    /// <summary>a succeeds in 20 %, b in 50 %, c in 30 %: drawn evenly 1/3. sd of the share 0.0031 over 1,000 logs.</summary>
    [Fact]
    public void Each_policy_is_covered_as_often_as_its_level_says()
    {
        var results = Enumerable.Range(0, 1000).Select(i => PolicyComparison.Of(Log(600, "cover" + i), default)).ToArray();
        double Covered(Func<PolicyComparison, OffPolicy> of, double truth) => results.Count(result => ((OffPolicy.Evaluated)of(result)).DoublyRobust.Covers(truth)) / 1000.0;
        Assert.InRange(Covered(result => result.Uniform, 1 / 3.0), 0.974, 1);
        // b is the best in every fold of nearly every log: what the policy is worth is then 0.5, and choosing by the same log must not add to it.
        Assert.InRange(Covered(result => result.BestMean, 0.5), 0.974, 1);
        Assert.True(results.Count(result => result.Best == "b") > 990);
    }

    /// <summary>Twenty messages that are all alike: the best of them is only lucky, so taking it brings no more than the rest.</summary>
    [Fact]
    public void Choosing_the_best_of_equals_gains_nothing()
    {
        var means = Enumerable.Range(0, 200).Select(i =>
        {
            var random = new SeededRandom("equal" + i);
            LoggedChoice[] log = [.. Enumerable.Range(0, 1000).Select(_ => new LoggedChoice("x", "m" + (int)(random.NextDouble() * 20), random.NextDouble() < 0.3 ? 1 : 0, 0.05, false))];
            return ((OffPolicy.Evaluated)PolicyComparison.Of(log, default).BestMean).SelfNormalised.Value;
        }).ToArray();
        // sd of one is about 0.065, of the mean of 200 0.0046; a best chosen on its own rows would come to 0.3 + 1.9 · 0.065 = 0.42.
        Assert.InRange(means.Average(), 0.28, 0.32);
    }

    [Fact]
    public void In_a_context_only_messages_that_were_logged_there_are_taken()
    {
        LoggedChoice[] log = [.. Log(300, "there"), .. Log(300, "elsewhere").Where(row => row.Action == "a").Select(row => row with { Context = "only a", Propensity = 1 })];
        var best = (OffPolicy.Evaluated)PolicyComparison.Of(log, default).BestMean;
        Assert.InRange(best.MeanWeight, 1 - 3 * best.MeanWeightError, 1 + 3 * best.MeanWeightError);
    }

    [Fact]
    public void Nothing_logged_leaves_nothing_known()
    {
        var none = PolicyComparison.Of([new("x", "a", 1, null, false)], default);
        Assert.Equal((new OffPolicy.NotKnown(WhyNotKnown.EmptyArm), new OffPolicy.NotKnown(WhyNotKnown.EmptyArm), new OffPolicy.NotKnown(WhyNotKnown.EmptyArm), null), (none.Logged, none.Uniform, none.BestMean, none.Best));
    }

    /// <summary>a is logged with 0.5, b with 0.3, c with 0.2.</summary>
    static LoggedChoice[] Log(int rows, string seed)
    {
        var random = new SeededRandom(seed);
        (string Action, double Logged, double Success)[] actions = [("a", 0.5, 0.2), ("b", 0.3, 0.5), ("c", 0.2, 0.3)];
        return
        [
            .. Enumerable.Range(0, rows).Select(_ =>
            {
                var (action, logged, success) = random.NextDouble() switch { < 0.5 => actions[0], < 0.8 => actions[1], _ => actions[2] };
                return new LoggedChoice("x", action, random.NextDouble() < success ? 1 : 0, logged, false);
            }),
        ];
    }
}
