using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class OffPolicyTests
{
    static readonly TargetPolicy AlwaysB = Policy(("a", 0), ("b", 1));

    [Fact]
    public void Judging_the_logging_policy_by_its_own_log_gives_the_plain_mean()
    {
        var log = Log(500, "own", logged: 0.5);
        var result = (OffPolicy.Evaluated)OffPolicy.Evaluate(log, Policy(("a", 0.5), ("b", 0.5)), WeightCap.None, default);
        Assert.Equal(log.Average(row => row.Outcome), result.InverseProbability.Value, 1e-12);
        Assert.Equal(log.Average(row => row.Outcome), result.SelfNormalised.Value, 1e-12);
        Assert.False(result.Unreliable);
    }

    [Fact]
    public void Each_estimator_covers_the_truth_as_often_as_its_level_says()
    {
        // b succeeds in 50 %; 1 000 logs of 400 rows; sd of the share 0.0031, five of them below 0.99.
        var results = Enumerable.Range(0, 1000)
            .Select(i => (OffPolicy.Evaluated)OffPolicy.Evaluate(Log(400, "cover" + i, logged: 0.3), AlwaysB, WeightCap.None, default)).ToArray();
        Assert.InRange(results.Count(result => result.InverseProbability.Covers(0.5)) / 1000.0, 0.974, 1);
        Assert.InRange(results.Count(result => result.SelfNormalised.Covers(0.5)) / 1000.0, 0.974, 1);
        Assert.InRange(results.Count(result => result.DoublyRobust.Covers(0.5)) / 1000.0, 0.974, 1);
    }

    [Fact]
    public void A_doubly_robust_answer_is_steadier_than_plain_weighting()
    {
        var result = (OffPolicy.Evaluated)OffPolicy.Evaluate(Log(2000, "steady", logged: 0.3), AlwaysB, WeightCap.None, default);
        Assert.True(result.DoublyRobust.StandardError < result.InverseProbability.StandardError);
    }

    /// <summary>Mean of all 0.4; a has 1 of 3 and weighs (1 + 10·0.4) / 13, b has 1 of 2: (1 + 10·0.4) / 12.</summary>
    [Fact]
    public void A_cell_of_the_outcome_model_is_drawn_to_the_mean_of_all()
    {
        var model = OutcomeModel.Fit([.. new[] { ("a", 1), ("a", 0), ("a", 0), ("b", 1), ("b", 0) }.Select(row => new LoggedChoice("x", row.Item1, row.Item2, 0.5, false))]);
        Assert.Equal(5 / 13.0, model.Expected("x", "a"), 1e-12);
        Assert.Equal(5 / 12.0, model.Expected("x", "b"), 1e-12);
        Assert.Equal(0.4, model.Expected("x", "never seen"), 1e-12);
    }

    [Fact]
    public void Rows_without_a_propensity_are_left_out_and_counted()
    {
        LoggedChoice[] log = [.. Log(50, "gaps", logged: 0.5), new("x", "a", 1, null, false), new("x", "a", 1, 0, false)];
        Assert.Equal((50, 2), OffPolicy.Evaluate(log, AlwaysB, WeightCap.None, default) is OffPolicy.Evaluated result ? (result.Rows, result.Rejected) : default);
    }

    [Fact]
    public void A_weight_above_the_cap_is_clipped_and_counted()
    {
        LoggedChoice[] log = [new("x", "b", 1, 0.01, true), new("x", "b", 1, 0.5, false), new("x", "a", 0, 0.5, false)];
        var result = (OffPolicy.Evaluated)OffPolicy.Evaluate(log, AlwaysB, WeightCap.At(20), default);
        Assert.Equal((1, 1), (result.Clipped, result.Estimated));
        Assert.Equal(22 / 3.0, result.InverseProbability.Value, 1e-12);
    }

    [Fact]
    public void Few_effective_rows_are_flagged() =>
        Assert.True(((OffPolicy.Evaluated)OffPolicy.Evaluate(Log(150, "few", logged: 0.3), AlwaysB, WeightCap.None, default)).Unreliable);

    [Fact]
    public void Wrong_propensities_are_flagged() =>
        Assert.True(((OffPolicy.Evaluated)OffPolicy.Evaluate([.. Log(4000, "wrong", logged: 0.5).Select(row => row with { Propensity = 0.4 })], Policy(("a", 0.3), ("b", 0.7)), WeightCap.None, default)).Unreliable);

    [Fact]
    public void A_policy_that_does_what_was_never_logged_gets_no_answer() =>
        Assert.Equal(
            new OffPolicy.NotKnown(WhyNotKnown.NoOverlap),
            OffPolicy.Evaluate([.. Log(50, "never", logged: 0.5).Where(row => row.Action == "a")], AlwaysB, WeightCap.None, default));

    [Fact]
    public void An_empty_log_gets_no_answer() =>
        Assert.Equal(new OffPolicy.NotKnown(WhyNotKnown.EmptyArm), OffPolicy.Evaluate([], AlwaysB, WeightCap.None, default));

    [Fact]
    public void A_policy_that_does_not_sum_to_one_is_refused() => Assert.Throws<ArgumentException>(() => Policy(("a", 0.5), ("b", 0.4)));

    static TargetPolicy Policy(params (string Action, double Share)[] shares) =>
        new(new Dictionary<string, IReadOnlyDictionary<string, double>> { ["x"] = shares.ToDictionary(share => share.Action, share => share.Share) });

    /// <summary>b is logged with the given probability; a succeeds in 20 %, b in 50 %.</summary>
    static LoggedChoice[] Log(int rows, string seed, double logged)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < logged
            ? new LoggedChoice("x", "b", random.NextDouble() < 0.5 ? 1 : 0, logged, false)
            : new LoggedChoice("x", "a", random.NextDouble() < 0.2 ? 1 : 0, 1 - logged, false))];
    }
}
