using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Properties;

public class EventsProperties
{
    static readonly HashSet<string> goals = ["buy"];
    static readonly string[] types = ["open", "view", "cart", "buy"];
    static readonly TimeSpan tau = TimeSpan.FromMilliseconds(20);

    static readonly Gen<EventCounts> table =
        Gen.Select(Gen.Int[0, 3], Gen.Long[0, 9], Gen.Long[0, 9]).Array[0, 8].Select(rows => rows.Aggregate(
            EventCounts.Empty, (all, row) => all.Merge(new([new(types[row.Item1], new(row.Item2, row.Item3))]))));

    static readonly Gen<UserEvent[]> history =
        Gen.Select(Gen.ULong[0, 30], Gen.Int[0, 3], Gen.Long[0, 100]).Array[0, 25].Select(rows =>
        {
            var events = rows.Select(row => new UserEvent(row.Item1, types[row.Item2], new(row.Item3), null)).ToArray();
            Array.Sort(events, UserEvent.Order);
            return events;
        });

    [Fact]
    public void Shards_may_be_merged_in_any_order_and_grouping() =>
        Gen.Select(table, table, table).Sample((a, b, c) =>
            a.Merge(b).Merge(c).Equals(a.Merge(b.Merge(c))) && a.Merge(b).Equals(b.Merge(a)) && a.Merge(EventCounts.Empty).Equals(a));

    [Fact]
    public void Subtracting_undoes_merging() =>
        Gen.Select(table, table).Sample((a, b) => a.Merge(b).Subtract(b).Equals(a));

    [Fact]
    public void Counting_agrees_with_a_scan_of_all_pairs() =>
        Gen.Select(history, Gen.Long[0, 60], Gen.Long[0, 130]).Sample((events, from, watermark) =>
            EventCounts.OfUser(events, goals, tau, new(from), new(watermark)).Equals(Scan(events, from, watermark)));

    [Fact]
    public void Counting_in_steps_counts_each_occurrence_once() =>
        Gen.Select(history.Select(events => events.DistinctBy(e => e.Id).ToArray()), Gen.Long[0, 150], Gen.Enum<CountingUnit>()).Sample((events, cut, unit) =>
        {
            var first = EventCounts.OfUser(events, goals, tau, Instant.Earliest, new(cut), unit);
            var rest = EventCounts.OfUser(events, goals, tau, EventCounts.NextFrom(tau, new(cut), unit), new(1_000_000_000), unit);
            return first.Merge(rest).Equals(EventCounts.OfUser(events, goals, tau, Instant.Earliest, new(1_000_000_000), unit));
        });

    [Fact]
    public void Swapping_the_classes_flips_the_sign() =>
        Gen.Select(Gen.Long[0, 500], Gen.Long[0, 500], Gen.Long[500, 9_000], Gen.Long[500, 9_000]).Sample((goal, other, goalTotal, otherTotal) =>
        {
            var straight = WeightEstimate.BaseRate(new(goal, other), goalTotal, otherTotal, 0.5);
            var swapped = WeightEstimate.BaseRate(new(other, goal), otherTotal, goalTotal, 0.5);
            return Math.Abs(straight + swapped) <= 1e-12 * (1 + Math.Abs(straight));
        });

    [Fact]
    public void Weights_along_a_declared_funnel_never_fall_and_stay_within_the_cap() =>
        table.Where(counts => counts.GoalTotal > 0 && counts.OtherTotal > 0).Sample(counts =>
        {
            var weights = EventWeights.Estimate(counts, goals, new() { Funnel = ["open", "view", "cart"], Cap = 2 }, new Dictionary<string, double>(), 1);
            var steps = new[] { "open", "view", "cart" }.Where(weights.Knows).Select(step => weights.Table[step].Nats).ToArray();
            return steps.Zip(steps.Skip(1)).All(pair => pair.First <= pair.Second) && weights.Table.Values.All(weight => Math.Abs(weight.Nats) <= 2);
        });

    [Fact]
    public void A_goal_weighs_at_least_as_much_as_any_other_event() =>
        table.Sample(counts =>
        {
            var weights = EventWeights.Estimate(counts, goals, EventWeightOptions.Default, new Dictionary<string, double>(), 1);
            return weights.Table.Values.All(weight => weight.Nats <= weights.Table["buy"].Nats) && weights.Table["buy"].Nats >= 1;
        });

    [Fact]
    public void A_larger_value_never_counts_for_less() =>
        Gen.Select(Gen.Double[0, 1e6], Gen.Double[0, 1e6], Gen.Double[0.01, 1e4]).Sample((a, b, median) =>
            ValueMultiplier.Of(Math.Min(a, b), median) <= ValueMultiplier.Of(Math.Max(a, b), median) && ValueMultiplier.Of(a, median) is >= 1 and < 3);

    static EventCounts Scan(UserEvent[] events, long from, long watermark)
    {
        var once = events.DistinctBy(e => e.Id).ToArray();
        return once.Where(e => e.At.UnixMilliseconds >= from && e.At.UnixMilliseconds + 20 <= watermark)
            .Select(e => (e.Type, Goal: once.Any(g => g.Id != e.Id && g.Type == "buy" && g.At >= e.At && g.At.UnixMilliseconds < e.At.UnixMilliseconds + 20)))
            .Aggregate(EventCounts.Empty, (all, one) => all.Merge(new([new(one.Type, one.Goal ? new(1, 0) : new(0, 1))])));
    }
}
