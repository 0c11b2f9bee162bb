using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class OutcomeChoiceTests
{
    [Fact]
    public void Two_days_by_hand()
    {
        var choice = new OutcomeChoice(1);
        choice.Add(2, 1, [1]);
        choice.Add(-2, 1, [-1]);
        // Σ g·v = 4, Σ v² = 2, two rows: 4/√(2·2); its error √(Σ g²v²)/√(2·2).
        Assert.Equal(2, choice.Foretold(0).Value, 1e-12);
        Assert.Equal(Math.Sqrt(8) / 2, choice.Foretold(0).Error, 1e-12);
    }

    [Theory]
    [InlineData(0.9, 0.1, 0)]
    [InlineData(0.1, 0.9, 1)]
    public void The_outcome_that_foretells_more_goals_is_chosen(double first, double second, int expected)
    {
        var random = new SeededRandom("foretold");
        var choice = new OutcomeChoice(2);
        for (var i = 0; i < 4000; i++)
        {
            var effect = 0.3 * Draw.Normal(random);
            choice.Add(effect + Draw.Normal(random), 1, [first * effect + 0.3 * Draw.Normal(random), second * effect + 0.3 * Draw.Normal(random)]);
        }

        Assert.Equal(expected, choice.Best());
    }

    [Fact]
    public void The_size_of_predictions_does_not_matter()
    {
        var random = new SeededRandom("size");
        var (plain, large) = (new OutcomeChoice(2), new OutcomeChoice(2));
        for (var i = 0; i < 500; i++)
        {
            var (goals, one, other) = (Draw.Normal(random), Draw.Normal(random), Draw.Normal(random));
            plain.Add(goals, 2, [one, other]);
            large.Add(goals, 2, [one, 1000 * other]);
        }

        Assert.Equal(plain.Foretold(1).Value, large.Foretold(1).Value, 1e-9);
        Assert.Equal(plain.Best(), large.Best());
    }

    [Fact]
    public void Without_effects_another_outcome_takes_the_place_as_often_as_the_margin_says()
    {
        var random = new SeededRandom("null outcomes");
        var taken = 0;
        for (var run = 0; run < 2000; run++)
        {
            var choice = new OutcomeChoice(2);
            for (var i = 0; i < 100; i++)
            {
                choice.Add(Draw.Normal(random), 1, [Draw.Normal(random), Draw.Normal(random)]);
            }

            taken += choice.Best(1);
        }

        // P(Z > 1) = 0.1587; 2,000 runs, five standard errors of 0.0082.
        Assert.Equal(0.1587, taken / 2000.0, 0.041);
    }

    [Fact]
    public void Parts_of_a_cohort_add_up_and_nothing_keeps_the_first()
    {
        var random = new SeededRandom("parts");
        var (whole, left, right) = (new OutcomeChoice(2), new OutcomeChoice(2), new OutcomeChoice(2));
        Assert.Equal(0, whole.Best());
        Assert.Equal((0, 0), whole.Foretold(1));
        for (var i = 0; i < 60; i++)
        {
            var (goals, one, other) = (Draw.Normal(random), Draw.Normal(random), Draw.Normal(random));
            whole.Add(goals, 0.5, [one, other]);
            (i % 3 == 0 ? left : right).Add(goals, 0.5, [one, other]);
        }

        right.Add(left);
        Assert.Equal(whole.Foretold(1).Value, right.Foretold(1).Value, 1e-12);
        Assert.Equal(whole.Foretold(1).Error, right.Foretold(1).Error, 1e-12);
    }

    [Fact]
    public void Centred_rows_of_all_decisions_that_chance_can_take_sum_to_zero()
    {
        var mean = new double[Town.Layout.Dimension];
        for (byte i = 0; i < 6; i++)
        {
            var sent = new double[mean.Length];
            RandomDecision.AddCentred(Town.Layout, sent, [(byte)(i / 2), (byte)(i % 2)], 0.8, 0.6, 1.5);
            Add(mean, sent, 0.8 / 6);
        }

        var held = new double[mean.Length];
        RandomDecision.AddCentred(Town.Layout, held, [], 0.8, 0.6, 1.5);
        Add(mean, held, 0.2);
        Assert.Equal(-0.48, held[Town.Layout.Message], 1e-12);
        Assert.All(mean, value => Assert.Equal(0, value, 1e-12));
    }

    static void Add(double[] into, double[] from, double times)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] += times * from[i];
        }
    }

    [Fact]
    public void What_cannot_be_is_refused_by_name()
    {
        var choice = new OutcomeChoice(2);
        Assert.Throws<ArgumentException>("predicted", () => choice.Add(1, 1, [1]));
        Assert.Throws<ArgumentException>("other", () => choice.Add(new OutcomeChoice(3)));
        Assert.ThrowsAny<ArgumentException>(() => choice.Add(double.NaN, 1, [1, 1]));
        Assert.ThrowsAny<ArgumentException>(() => choice.Add(1, 0, [1, 1]));
    }
}
