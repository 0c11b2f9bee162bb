using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class JointChoiceTests
{
    static readonly EligibleActions All = EligibleActions.All(Town.Layout);

    [Fact]
    public void The_best_message_is_the_best_action_of_every_set_and_goes_out_when_it_pays()
    {
        var theta = Town.Layout.Coefficients(0.1, [[0.1, 0.3, -0.4], [-0.2, 0.2]], 0.2);
        var actions = new byte[2];
        // Worth 0.1 + 0.3 + 0.2 = 0.6, which 0.2·(load + price) must not exceed.
        Assert.True(JointChoice.Best(Town.Layout, theta, All, new(1.9, 1), new SeededRandom("a"), actions));
        Assert.Equal([1, 1], actions);
        Assert.False(JointChoice.Best(Town.Layout, theta, All, new(2.1, 1), new SeededRandom("a"), actions));
    }

    [Fact]
    public void A_masked_action_is_never_chosen_and_a_set_without_any_holds()
    {
        var theta = Town.Layout.Coefficients(1, [[0.1, 0.3, -0.4], [-0.2, 0.2]], 0);
        var actions = new byte[2];
        Assert.True(JointChoice.Best(Town.Layout, theta, EligibleActions.Of(Town.Layout, [0b101, 0b01]), default, new SeededRandom("a"), actions));
        Assert.Equal([0, 0], actions);
        Assert.False(EligibleActions.Of(Town.Layout, [0, 0b11]).MaySend);
        Assert.False(JointChoice.Best(Town.Layout, theta, All.Held(), default, new SeededRandom("a"), actions));
    }

    [Fact]
    public void Equal_values_are_equally_likely()
    {
        var (random, actions, counts) = (new SeededRandom("ties"), new byte[2], new int[3, 2]);
        var theta = Town.Layout.Coefficients(1, [[0, 0, 0], [0, 0]], 0);
        for (var i = 0; i < 60_000; i++)
        {
            JointChoice.Best(Town.Layout, theta, All, default, random, actions);
            counts[actions[0], actions[1]]++;
        }

        // 10,000 ± 5 deviations of 91: a false alarm in 3 million.
        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, 9_543, 10_457));
    }

    [Fact]
    public void What_cannot_be_is_refused_by_name()
    {
        Assert.Contains("as many masks", Assert.Throws<ArgumentException>(() => EligibleActions.Of(Town.Layout, [1])).Message, StringComparison.Ordinal);
        Assert.Contains("Set 1 has 2 actions", Assert.Throws<ArgumentException>(() => EligibleActions.Of(Town.Layout, [1, 0b100])).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 64", Assert.Throws<ArgumentOutOfRangeException>(() => EligibleActions.All(new EffectLayout([65]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tiring(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExplorationPlan(1.1, 0, 0, 0));
        Assert.Equal(64, EligibleActions.All(new EffectLayout([64])).CountOf(0));
    }
}
