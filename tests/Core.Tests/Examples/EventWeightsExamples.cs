using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Examples;

public class EventWeightsExamples
{
    static readonly HashSet<string> buy = ["buy"];
    static readonly Dictionary<string, double> noValues = [];

    // N_1 = 4, N_0 = 40, odds 0.1.
    static readonly EventCounts rare = new([new("view", new(3, 10)), new("mail", new(0, 20)), new("buy", new(1, 10))]);

    static EventWeights Estimate(EventCounts counts, EventWeightOptions? options = null) =>
        EventWeights.Estimate(counts, buy, options ?? EventWeightOptions.Default, noValues, version: 1);

    [Fact]
    public void A_weight_is_the_smoothed_log_ratio_at_the_base_rate()
    {
        var table = Estimate(rare).Table;
        Assert.Equal(Math.Log(3.5 / 1.5), table["view"].Nats, 1e-12);
        Assert.Equal(Math.Log(0.5 / 2.5), table["mail"].Nats, 1e-12);
        Assert.Equal(Math.Sqrt(1 / 3.5 + 1 / 15.0), table["view"].StandardError!.Value, 1e-12);
    }

    [Fact]
    public void A_type_never_seen_weighs_exactly_nothing() =>
        Assert.Equal(0, WeightEstimate.BaseRate(default, 7, 900, 0.5));

    [Fact]
    public void The_symmetric_prior_shares_its_mass_among_the_types() =>
        Assert.Equal(Math.Log(3.5 / 5.5 / (10.5 / 41.5)), Estimate(rare, new() { Prior = WeightPrior.Symmetric }).Table["view"].Nats, 1e-12);

    [Fact]
    public void A_goal_never_counts_for_less_than_the_step_before_it()
    {
        var steep = new EventCounts([new("cart", new(30, 1)), new("mail", new(1, 200)), new("buy", new(1, 9))]);
        var table = Estimate(steep).Table;
        Assert.True(table["cart"].Nats > 1);
        Assert.Equal(table["cart"].Nats, table["buy"].Nats);
    }

    [Fact]
    public void A_goal_never_seen_still_has_its_minimum() =>
        Assert.Equal((1, null), Estimate(new([new("view", new(1, 9))])).Table["buy"] is var goal ? (goal.Nats, goal.StandardError) : default);

    [Fact]
    public void Without_any_goal_nothing_is_identified()
    {
        var weights = Estimate(new([new("view", new(0, 10))]));
        Assert.False(weights.Identified);
        Assert.Equal((0, 1), (weights.Table["view"].Nats, weights.Table["buy"].Nats));
    }

    [Fact]
    public void A_declared_direction_holds_except_for_a_goal()
    {
        var options = new EventWeightOptions { Directions = new Dictionary<string, Direction> { ["view"] = Direction.Negative, ["mail"] = Direction.Positive, ["buy"] = Direction.Negative } };
        var table = Estimate(rare, options).Table;
        Assert.Equal((0, 0, 1), (table["view"].Nats, table["mail"].Nats, table["buy"].Nats));
    }

    [Fact]
    public void Steps_that_break_the_funnel_are_pooled_by_their_precision()
    {
        var free = Estimate(rare).Table;
        var pooled = Estimate(rare, new() { Funnel = ["view", "mail"] }).Table;
        var (a, b) = (1 / Math.Pow(free["view"].StandardError!.Value, 2), 1 / Math.Pow(free["mail"].StandardError!.Value, 2));
        Assert.Equal((a * free["view"].Nats + b * free["mail"].Nats) / (a + b), pooled["view"].Nats, 1e-12);
        Assert.Equal(pooled["view"].Nats, pooled["mail"].Nats);
    }

    [Fact]
    public void A_value_at_the_median_doubles_a_weight_and_no_value_triples_it()
    {
        Assert.Equal(2, ValueMultiplier.Of(20, median: 20));
        Assert.True(ValueMultiplier.Of(1e12, median: 20) < 3);
        Assert.Equal((1, 1, 1), (ValueMultiplier.Of(null, 20), ValueMultiplier.Of(0, 20), ValueMultiplier.Of(-5, 20)));
        Assert.Equal((1, 3), (ValueMultiplier.Together([]), ValueMultiplier.Together([2, 2.5])));
    }

    [Fact]
    public void Only_known_types_are_weighed()
    {
        var weights = new EventWeights(4, [new("buy", 2, null, 1, 1, MedianValue: 10), new("view", 0.5, null, 1, 1, null)]);
        UserEvent[] events = [new(1, "mystery", new(1), null), new(2, "view", new(2), 99), new(3, "buy", new(3), 10)];
        Assert.Equal([new(new(2), 0.5), new(new(3), 4)], weights.Weigh(events));
        Assert.Equal((0, 0.5, 4), (weights.WeightOf(events[0]), weights.WeightOf(events[1]), weights.WeightOf(events[2])));
        Assert.False(weights.Knows("mystery"));
    }

    [Fact]
    public void Weights_are_rebuilt_from_their_stored_parts()
    {
        var weights = Estimate(rare);
        var rebuilt = new EventWeights(weights.Version, weights.Table.Values, weights.ValueLimit);
        Assert.Equal(weights.Table.OrderBy(entry => entry.Key), rebuilt.Table.OrderBy(entry => entry.Key));
        Assert.Equal((weights.Version, weights.Identified), (rebuilt.Version, rebuilt.Identified));
    }

    [Fact]
    public void Several_goals_weigh_an_event_by_their_shares()
    {
        var order = new EventWeights(1, [new("buy", 2, null, 1, 1, null), new("view", 1, null, 1, 1, null)]);
        var account = new EventWeights(1, [new("open account", 4, null, 1, 1, null), new("view", -1, null, 1, 1, null)]);
        UserEvent[] events = [new(1, "view", new(1), null), new(2, "open account", new(2), null), new(3, "mystery", new(3), null)];
        Assert.Equal([new(new(1), 0.5), new(new(2), 1)], GoalShare.Weigh([new(order, 0.75), new(account, 0.25)], events));
        Assert.Throws<ArgumentException>(() => GoalShare.Weigh([new(order, 0.75)], events));
    }

    [Fact]
    public void A_value_that_is_not_a_number_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new UserEvent(1, "buy", new(1), double.NaN));

    [Theory]
    [InlineData(6.9, 0, LifecycleState.New)]
    [InlineData(7, 6.9, LifecycleState.Active)]
    [InlineData(40, 7, LifecycleState.Lapsing)]
    [InlineData(40, 28, LifecycleState.Lapsing)]
    [InlineData(40, 28.1, LifecycleState.Lapsed)]
    public void A_lifecycle_follows_from_first_and_last_sight(double daysSinceFirst, double daysSinceLast, LifecycleState state)
    {
        var now = new Instant(1_770_000_000_000);
        Assert.Equal(state, new Activity(now - TimeSpan.FromDays(daysSinceFirst), now - TimeSpan.FromDays(daysSinceLast), 1).LifecycleAt(now));
    }

    [Fact]
    public void A_user_without_events_has_lapsed_once_no_longer_new() =>
        Assert.Equal(LifecycleState.Lapsed, new Activity(new(0), null, 0).LifecycleAt(new(1_770_000_000_000)));
}
