using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Examples;

public class EventCountsExamples
{
    static readonly HashSet<string> buy = ["buy"];
    static readonly TimeSpan hour = TimeSpan.FromHours(1);
    static readonly Instant far = new(1_000_000_000_000);

    static UserEvent Event(ulong id, string type, double hours) => new(id, type, new((long)(hours * 3_600_000)), null);

    static EventCounts Count(params UserEvent[] events) => EventCounts.OfUser(events, buy, hour, Instant.Earliest, far);

    [Fact]
    public void A_goal_is_looked_for_from_the_event_up_to_but_not_at_tau()
    {
        Assert.Equal(new(1, 0), Count(Event(1, "view", 0), Event(2, "buy", 0.999))["view"]);
        Assert.Equal(new(0, 1), Count(Event(1, "view", 0), Event(2, "buy", 1))["view"]);
    }

    [Fact]
    public void A_goal_labels_what_came_with_it_but_not_itself()
    {
        var alone = Count(Event(1, "buy", 0));
        var twice = Count(Event(1, "buy", 0), Event(2, "buy", 0));
        Assert.Equal(new(0, 1), alone["buy"]);
        Assert.Equal(new(2, 0), twice["buy"]);
    }

    [Fact]
    public void An_id_counts_once() =>
        Assert.Equal(new(0, 1), Count(Event(7, "view", 0), Event(7, "view", 3))["view"]);

    [Fact]
    public void A_goal_already_seen_does_not_make_an_event_mature()
    {
        UserEvent[] events = [Event(1, "view", 0), Event(2, "buy", 0.1)];
        Assert.Equal(EventCounts.Empty, EventCounts.OfUser(events, buy, hour, Instant.Earliest, new(3_599_999)));
        Assert.Equal(new(1, 0), EventCounts.OfUser(events, buy, hour, Instant.Earliest, new(3_600_000))["view"]);
    }

    [Fact]
    public void A_day_counts_each_type_once_and_its_goal_comes_after_midnight()
    {
        UserEvent[] events = [Event(1, "view", 2), Event(2, "view", 3), Event(3, "buy", 23), Event(4, "open", 24), Event(5, "buy", 24.5), Event(6, "open", 50)];
        var days = EventCounts.OfUser(events, buy, hour, Instant.Earliest, far, CountingUnit.UserDay);
        Assert.Equal((new(1, 0), new(1, 1), new(0, 2)), (days["view"], days["buy"], days["open"]));
        Assert.Equal((1, 2), (days.GoalTotal, days.OtherTotal));
    }

    [Fact]
    public void A_day_that_began_before_the_start_is_left_out() =>
        Assert.Equal(EventCounts.Empty, EventCounts.OfUser([Event(1, "view", 2)], buy, hour, new(1), far, CountingUnit.UserDay));

    [Fact]
    public void Events_out_of_order_are_refused() =>
        Assert.Throws<ArgumentException>(() => Count(Event(1, "view", 2), Event(2, "view", 1)));

    [Fact]
    public void More_than_was_merged_cannot_be_subtracted() =>
        Assert.Throws<ArgumentException>(() => EventCounts.Empty.Subtract(Count(Event(1, "view", 0))));

    [Fact]
    public void A_type_appears_once_in_a_table() =>
        Assert.Throws<ArgumentException>(() => new EventCounts([new("view", new(1, 0)), new("view", new(0, 1))]));

    [Fact]
    public void A_clock_that_runs_ahead_is_not_believed()
    {
        var received = new Instant(1_000_000);
        Assert.Equal(new(received + TimeSpan.FromMinutes(5), false), OccurrenceTime.Settle(received + TimeSpan.FromMinutes(5), received));
        Assert.Equal(new(received, true), OccurrenceTime.Settle(received + TimeSpan.FromMilliseconds(300_001), received));
    }
}
