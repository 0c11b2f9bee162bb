using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Examples;

public sealed class EventOptionsExamples
{
    const long Day = 86_400_000;

    [Fact]
    public void A_condition_makes_a_goal_of_some_events_of_a_type()
    {
        UserEvent[] events = [Order(1, 20, 60), Order(2, 30, 40), Order(3, 40, null), new(4, "view", new(50), 90)];
        var marked = GoalCondition.Apply(events, [GoalCondition.AtLeast("order", "large order", 50)]);
        Assert.Equal(["large order", "order", "order", "view"], marked.Select(e => e.Type));
        Assert.Equal(events.Select(e => (e.Id, e.At, e.Value)), marked.Select(e => (e.Id, e.At, e.Value)));
    }

    /// <summary>The view is followed by an order either way, but only the first user's is large enough to be the goal.</summary>
    [Theory]
    [InlineData(60, 1, 0)]
    [InlineData(40, 0, 1)]
    public void Only_events_that_meet_the_condition_label_what_came_before(double value, int goal, int other)
    {
        var marked = GoalCondition.Apply([new(1, "view", new(10), null), Order(2, 20, value)], [GoalCondition.AtLeast("order", "large order", 50)]);
        var counts = EventCounts.OfUser(marked, new HashSet<string> { "large order" }, TimeSpan.FromMilliseconds(100), Instant.Earliest, new(1_000));
        Assert.Equal(new EventCount(goal, other), counts["view"]);
    }

    [Fact]
    public void The_first_condition_that_holds_counts_and_a_goal_needs_a_type_of_its_own()
    {
        var marked = GoalCondition.Apply([Order(1, 20, 90)], [GoalCondition.AtLeast("order", "large", 80), GoalCondition.AtLeast("order", "middling", 40)]);
        Assert.Equal("large", marked[0].Type);
        Assert.Throws<ArgumentException>(() => GoalCondition.AtLeast("order", "order", 1));
    }

    [Theory]
    [InlineData("EUR", 3, 10, 10.0)]
    [InlineData("PLN", 3, 10, 2.5)]
    [InlineData("PLN", 5, 10, 2.0)]
    [InlineData("PLN", 7, 10, 2.0)]
    [InlineData("PLN", 10, 10, 2.0)]
    [InlineData("PLN", 11, 10, null)]
    [InlineData("PLN", 2, 10, null)]
    [InlineData("USD", 5, 10, null)]
    public void Amounts_are_turned_at_the_rate_of_their_day_or_the_last_before_it(string currency, int day, double amount, double? expected)
    {
        var rates = new ExchangeRates("EUR", [new("PLN", 5, 0.2m), new("PLN", 3, 0.25m)]);
        Assert.Equal((decimal?)expected, rates.Convert((decimal)amount, currency, new(day * Day + Day - 1)));
    }

    [Fact]
    public void Rates_that_contradict_each_other_or_are_not_positive_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ExchangeRates("EUR", [new("PLN", 5, 0.2m), new("PLN", 5, 0.25m)]));
        Assert.Throws<ArgumentException>(() => new ExchangeRates("EUR", [new("PLN", 5, 0)]));
    }

    [Fact]
    public void A_look_before_the_end_and_its_grace_is_interim()
    {
        var horizon = new Horizon(new(0), new(14 * Day), TimeSpan.FromHours(6));
        Assert.Equal((true, true, false), (horizon.IsInterim(new(7 * Day)), horizon.IsInterim(new(14 * Day)), horizon.IsInterim(new(14 * Day + Day / 4))));
        Assert.Throws<ArgumentException>(() => new Horizon(new(5), new(5), TimeSpan.Zero));
    }

    static UserEvent Order(ulong id, long at, double? value) => new(id, "order", new(at), value);
}
