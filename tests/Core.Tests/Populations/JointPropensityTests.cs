using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class JointPropensityTests
{
    static readonly ExplorationPlan Plan = new(0.1, 0.6, 0.8, 0.7);
    static readonly Tiring Tired = new(0.5, 1);
    static readonly EligibleActions All = EligibleActions.All(Town.Layout);
    static readonly EffectBelief Belief = BeliefOf(3, "someone");

    static EffectBelief BeliefOf(int days, string seed) => EffectBelief.Of(
        Town.Law.Of(new BehaviourSummary(28, 15, [3, 2, 5, 5, 7, 8])), Town.Live(Town.Law.Means[1], days, new SeededRandom(seed)));

    static JointPropensity Of(EffectBelief belief, EligibleActions eligible, ExplorationPlan plan, params byte[] chosen) =>
        JointPropensity.Of(belief, Town.Layout, eligible, plan, Tired, chosen, JointPropensity.DefaultRedraws, new SeededRandom("redraws"));

    /// <summary>How often each outcome happens when the decision itself is repeated: its own count of held, and of each pair of actions.</summary>
    static (double Hold, double[,] Pairs) Repeat(EligibleActions eligible, int times)
    {
        var (random, actions, held, pairs) = (new SeededRandom("repeat"), new byte[2], 0, new double[3, 2]);
        for (var i = 0; i < times; i++)
        {
            if (JointChoice.Choose(Belief, Town.Layout, eligible, Plan, Tired, random, actions).Sends)
            {
                pairs[actions[0], actions[1]] += 1.0 / times;
            }
            else
            {
                held++;
            }
        }

        return ((double)held / times, pairs);
    }

    [Theory, InlineData(0b111UL, 0b11UL), InlineData(0b101UL, 0b11UL), InlineData(0b110UL, 0b01UL)]
    public void Propensities_are_what_repeating_the_decision_gives(ulong first, ulong second)
    {
        var eligible = EligibleActions.Of(Town.Layout, [first, second]);
        const int Times = 40_000;
        var (hold, pairs) = Repeat(eligible, Times);
        var held = Of(Belief, eligible, Plan);
        // 5 deviations of both counts, 1.5e-3 for the half counts of the estimate.
        bool Near(double p, double error, double seen) => Math.Abs(p - seen) < 5 * Math.Sqrt(error * error + seen * (1 - seen) / Times) + 1.5e-3;
        Assert.True(Near(held.Hold, held.HoldError, hold), $"hold: {held.Hold} for {hold}");
        Assert.Equal(held.Hold, held.Chosen, 12);
        for (var a = 0; a < 3; a++)
        {
            Assert.True(Near(held.Actions[0][a], held.ErrorOf(0, a), pairs[a, 0] + pairs[a, 1]), $"action {a}: {held.Actions[0][a]} for {pairs[a, 0] + pairs[a, 1]}");
            for (var b = 0; b < 2 && eligible.Has(0, a); b++)
            {
                if (eligible.Has(1, b))
                {
                    var one = Of(Belief, eligible, Plan, (byte)a, (byte)b);
                    Assert.True(Near(one.Chosen, one.ChosenError, pairs[a, b]), $"{a}, {b}: {one.Chosen} for {pairs[a, b]}");
                }
            }
        }
    }

    [Fact]
    public void Holding_and_the_actions_of_a_set_sum_to_one()
    {
        foreach (var plan in (ExplorationPlan[])[Plan, ExplorationPlan.None, new(0.01, 0, 0, 0.8), new(1, 0, 0, 0.8), new(0, 1, 1, 0)])
        {
            var one = Of(Belief, EligibleActions.Of(Town.Layout, [0b101, 0b11]), plan);
            Assert.All(one.Actions, set => Assert.Equal(1, one.Hold + set.Sum(), 12));
        }
    }

    [Fact]
    public void Every_eligible_action_has_its_share_of_the_floor()
    {
        var eligible = EligibleActions.Of(Town.Layout, [0b101, 0b11]);
        var one = Of(BeliefOf(400, "sure"), eligible, new(0.01, 0, 0, 0.8), 0, 1);
        Assert.True(one.Hold >= 0.01 * 0.2 - 1e-15);
        Assert.True(one.Actions[0][0] >= 0.01 * 0.8 / 2 - 1e-15 && one.Actions[0][2] >= 0.01 * 0.8 / 2 - 1e-15);
        Assert.Equal(0, one.Actions[0][1]);
        Assert.True(one.Chosen >= 0.01 * 0.8 / 4 - 1e-15);
    }

    [Fact]
    public void Without_draws_all_is_exact_and_nothing_is_redrawn()
    {
        var mean = new byte[2];
        Assert.True(JointChoice.Best(Town.Layout, Belief.Mean(), All, default, new SeededRandom("x"), mean));
        var one = JointPropensity.Of(Belief, Town.Layout, All, new(0.12, 0, 0, 0.75), default, mean, 1, new SeededRandom("never used"));
        Assert.Equal(0.88 + 0.12 * 0.75 / 6, one.Chosen, 12);
        Assert.Equal(0.88 + 0.12 * 0.75 / 3, one.Actions[0][mean[0]], 12);
        Assert.Equal(0.12 * 0.25, one.Hold, 12);
        Assert.Equal((0, 0, 0, 0), (one.EstimatedBy, one.ChosenError, one.HoldError, one.ErrorOf(1, 1)));
    }

    [Fact]
    public void Ties_of_the_mean_share_its_probability()
    {
        // Nothing known and a prior of one type around equal actions: all six messages tie.
        var law = new PopulationPrior([Town.Law.Types[0]], [1], [Town.Layout.Coefficients(0.5, [[0, 0, 0], [0, 0]], 0)], [], [], [], Town.Law.Covariance.AsSpan(), 1);
        var belief = EffectBelief.Of(law.Of(new BehaviourSummary(28, 15, [3, 2, 5, 5, 7, 8])), EffectStatistic.Empty(Town.Layout.Dimension));
        var one = Of(belief, All, new(0.1, 0, 0, 0.8), 2, 0);
        Assert.Equal(0.9 / 6 + 0.08 / 6, one.Chosen, 12);
        Assert.All(one.Actions[0], p => Assert.Equal(0.98 / 3, p, 12));
    }

    [Fact]
    public void What_may_not_be_sent_is_certain_to_be_held()
    {
        var one = Of(Belief, All.Held(), Plan);
        Assert.Equal((1, 1, 0), (one.Hold, one.Chosen, one.EstimatedBy));
        Assert.All(one.Actions, set => Assert.All(set, p => Assert.Equal(0, p)));
        Assert.Contains("could not be sent", Assert.Throws<ArgumentException>(() => Of(Belief, All.Held(), Plan, 0, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("Action 1 of set 0", Assert.Throws<ArgumentException>(() => Of(Belief, EligibleActions.Of(Town.Layout, [0b101, 1]), Plan, 1, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_of_one_action_is_as_likely_as_sending()
    {
        var one = Of(Belief, EligibleActions.Of(Town.Layout, [0b111, 0b10]), Plan);
        Assert.Equal(1 - one.Hold, one.Actions[1][1], 12);
    }

    [Fact]
    public void The_same_seed_gives_the_same_estimate() =>
        Assert.Equal(Of(Belief, All, Plan, 1, 1).Actions.SelectMany(x => x), Of(Belief, All, Plan, 1, 1).Actions.SelectMany(x => x));
}
