using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Agents;

public sealed class ObservingTests
{
    static readonly AgentRules rules = SomeProgram.Rules(SomeProgram.Of());
    static readonly Instant now = SomeLife.Monday;
    static readonly string[] names = ["app_opened", "product_viewed", "order_placed", "Message Opened"];

    // Few ids over two sources, arrivals over three days: repeats inside and outside the window both happen.
    static readonly Gen<IncomingEvent[]> slices = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 11], Gen.Bool, Gen.Int[0, 72 * 60], Gen.Int[0, 20 * 24 * 60]).Array[1, 40]
        .Select(all => all.OrderBy(one => one.Item4).Select((one, i) => SomeEvents.Track(
            names[one.Item1],
            now - TimeSpan.FromMinutes(one.Item5),
            one.Item2 > 8 ? null : $"m{one.Item2}",
            one.Item3 ? "app" : "web",
            i,
            received: now - TimeSpan.FromMinutes(72 * 60 - one.Item4))).ToArray());

    static AgentState Take(AgentState state, IncomingEvent[] events, int partition = 0)
    {
        var step = new AgentStep(state, rules, now);
        Observing.Apply(step, 1, partition, events);
        return step.State;
    }

    static AgentState Nobody => AgentStep.Create("t", "u:ada", rules.IncarnationKey);

    /// <summary>.NET clients write the plus of a phone number as an escape, and others an accent; nobody can be called at \u002B33.</summary>
    [Fact]
    public void Escapes_of_the_client_reach_neither_an_address_nor_a_condition()
    {
        var state = Take(Nobody, [SomeEvents.Identify(now, traits: """{"phone":"\u002B33600000001","city":"Orl\u00e9ans"}""")]);
        Assert.Equal("+33600000001", state.Addresses["sms"]);
        Assert.Equal("\"Orléans\"", state.Attributes["city"]);
    }

    [Fact]
    [Trait("proves", "R2")]
    public void A_slice_that_comes_twice_changes_nothing() => slices.Sample(
        events =>
        {
            var once = Take(Nobody, events);
            var step = new AgentStep(once, rules, now);
            var counts = Observing.Apply(step, 1, 0, events);
            Assert.Equal(new ObserveCounts(0, 0, events.Length), counts);
            Assert.Equal(AgentStateCodec.Pack(once), AgentStateCodec.Pack(step.State));
        },
        seed: "0000observe1",
        iter: 300);

    [Fact]
    [Trait("proves", "R2")]
    public void A_log_cut_and_delivered_again_anywhere_gives_the_same_state() => Gen.Select(slices, Gen.Int[1, 40], Gen.Int[0, 10]).Sample(
        (events, size, overlap) =>
        {
            var cut = Nobody;
            for (var from = 0; from < events.Length; from += size)
            {
                var start = Math.Max(0, from - overlap);
                cut = Take(cut, events[start..Math.Min(events.Length, from + size)]);
            }

            Assert.Equal(AgentStateCodec.Pack(Take(Nobody, events)), AgentStateCodec.Pack(cut));
        },
        seed: "0000observe2",
        iter: 300);

    [Fact]
    [Trait("proves", "R2")]
    public void A_client_that_sends_an_event_again_is_not_counted_twice()
    {
        var life = new SomeLife(rules);
        var first = life.Observe(now, SomeEvents.Track("order_placed", now, "m1"));
        var again = life.Observe(now + TimeSpan.FromHours(3), SomeEvents.Track("order_placed", now, "m1", received: now + TimeSpan.FromHours(3)));
        Assert.Equal((1, 0, 1), (first.Applied, again.Applied, again.Duplicates));
        Assert.Single(life.State.History.Events);
        Assert.Equal((1, 1), (life.State.Counters.Events, life.State.Counters.Duplicates));
    }

    [Fact]
    public void A_backlog_read_days_later_is_deduplicated_as_it_would_have_been_at_once()
    {
        var life = new SomeLife(rules);
        var sent = now - TimeSpan.FromDays(5);
        life.Observe(now, SomeEvents.Track("order_placed", sent, "m1"));
        Assert.Equal(1, life.Observe(now, SomeEvents.Track("order_placed", sent, "m1", received: sent + TimeSpan.FromMinutes(1))).Duplicates);
    }

    [Fact]
    public void An_id_used_again_after_a_day_is_a_new_event()
    {
        var life = new SomeLife(rules);
        life.Observe(now, SomeEvents.Track("order_placed", now, "m1"));
        var later = now + TimeSpan.FromHours(25);
        Assert.Equal(1, life.Observe(later, SomeEvents.Track("order_placed", later, "m1")).Applied);
        Assert.Single(life.State.Seen.Entries);
    }

    [Fact]
    public void Events_without_an_id_are_never_taken_for_one_another()
    {
        var life = new SomeLife(rules);
        life.Observe(now, SomeEvents.Track("order_placed", now), SomeEvents.Track("order_placed", now));
        Assert.Equal(2, life.State.History.Events.Length);
        Assert.Equal(2, life.State.History.Events.Select(e => e.Id).Distinct().Count());
    }

    [Fact]
    [Trait("proves", "R3")]
    public void A_message_id_of_one_source_does_not_suppress_that_of_another()
    {
        var life = new SomeLife(rules);
        var counts = life.Observe(now, SomeEvents.Track("order_placed", now, "m1", "app"), SomeEvents.Track("order_placed", now, "m1", "web"));
        Assert.Equal((2, 0), (counts.Applied, counts.Duplicates));
    }

    [Fact]
    [Trait("proves", "R14")]
    public void The_order_of_arrival_never_shows_in_the_history() => Gen.Select(slices, Gen.Int[0, int.MaxValue]).Sample(
        (events, shuffle) =>
        {
            var distinct = events.DistinctBy(e => (e.Source, e.MessageId ?? $"{e.Offset}")).Select(e => e with { MessageId = e.MessageId ?? $"own-{e.Offset}", ReceivedAt = now }).ToArray();
            var moved = distinct.OrderBy(e => Core.Canonical.StableHash.Of($"{shuffle}", e.MessageId!, e.Source)).Select((e, i) => e with { Offset = i }).ToArray();
            var (a, b) = (Take(Nobody, distinct), Take(Nobody, moved));
            Assert.Equal(Spelling.Of(a.History), Spelling.Of(b.History));
            Assert.Equal((a.FirstSeen, a.LastSeen, a.Counters), (b.FirstSeen, b.LastSeen, b.Counters));
        },
        seed: "0000observe3",
        iter: 300);

    [Fact]
    [Trait("proves", "R14")]
    public void The_newest_statement_of_a_zone_wins_whenever_it_arrives()
    {
        var statements = new[] { ("Europe/Berlin", 1), ("Asia/Tokyo", 3), ("Europe/Berlin", 5) };
        foreach (var order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        {
            var life = new SomeLife(rules);
            foreach (var i in order)
            {
                life.Seen(now + TimeSpan.FromHours(statements[i].Item2), statements[i].Item1);
            }

            Assert.Equal(("Europe/Berlin", now + TimeSpan.FromHours(5)), (life.State.Zone!.Value.Id, life.State.Zone!.Value.AsOf));
        }
    }

    [Fact]
    [Trait("proves", "R15")]
    public void A_changed_zone_is_judged_beside_the_old_one_for_seven_days()
    {
        var life = new SomeLife(rules).Seen(now, "Europe/Berlin").Seen(now + TimeSpan.FromDays(1), "Asia/Tokyo").Seen(now + TimeSpan.FromDays(3), "Asia/Tokyo");
        var zone = life.State.Zone!.Value;
        Assert.Equal("Europe/Berlin", zone.EarlierAt(now + TimeSpan.FromDays(8) - TimeSpan.FromMilliseconds(1)));
        Assert.Null(zone.EarlierAt(now + TimeSpan.FromDays(8)));
    }

    [Fact]
    public void Telemetry_is_no_event_of_the_user()
    {
        var life = new SomeLife(rules);
        life.Observe(now, SomeEvents.Track("Message Opened", now), SomeEvents.Track("app_opened", now));
        Assert.Equal("app_opened", Assert.Single(life.State.History.Events).Type);
        Assert.Equal(2, life.State.Counters.Events);
    }

    [Fact]
    public void The_ring_is_bounded_and_says_from_when_it_is_complete()
    {
        var life = new SomeLife(rules);
        var start = now - TimeSpan.FromDays(20);
        life.Observe(now, [.. Enumerable.Range(0, AgentHistory.Limit + 10).Select(i => SomeEvents.Track("app_opened", start + TimeSpan.FromMinutes(i)))]);
        Assert.Equal(AgentHistory.Limit, life.State.History.Events.Length);
        Assert.Equal(start + TimeSpan.FromMinutes(9) + TimeSpan.FromMilliseconds(1), life.State.History.CompleteSince);
        Assert.Equal(AgentHistory.Limit + 10, life.State.History.Days.Days.Sum(day => day.Events));
    }

    [Fact]
    public void An_event_that_is_older_than_the_ring_counts_only_as_late()
    {
        var life = new SomeLife(rules);
        life.Observe(now, SomeEvents.Track("app_opened", now - AgentHistory.Span - TimeSpan.FromMinutes(1), received: now));
        Assert.Empty(life.State.History.Events);
        Assert.Equal(1, life.State.Counters.Late);
        Assert.Equal(now - AgentHistory.Span, life.State.History.CompleteSince);
    }

    [Fact]
    public void The_window_of_ids_is_bounded_and_says_so()
    {
        var life = new SomeLife(rules);
        life.Observe(now, [.. Enumerable.Range(0, DedupeWindow.Limit + 1).Select(i => SomeEvents.Track("app_opened", now, $"m{i}", received: now + TimeSpan.FromSeconds(i)))]);
        Assert.Equal((DedupeWindow.Limit, true), (life.State.Seen.Entries.Length, life.State.Seen.Degraded));
        Assert.Equal(now + TimeSpan.FromSeconds(1), life.State.Seen.Entries[0].At);
    }

    [Fact]
    public void Marks_of_two_partitions_are_kept_apart()
    {
        var state = Take(Take(Nobody, [SomeEvents.Track("app_opened", now, offset: 5)]), [SomeEvents.Track("app_opened", now, offset: 2)], partition: 1);
        Assert.Equal([new Watermark(1, 0, 5), new Watermark(1, 1, 2)], state.Applied.ToArray());
        Assert.Equal(2, state.History.Events.Length);
    }

    [Fact]
    public void An_identified_user_asks_for_the_anonymous_life_once()
    {
        var identify = SomeEvents.Identify(now, anonymousId: "x", offset: 4);
        var wanted = Observing.MergesWanted(Nobody, 1, 0, [identify]);
        Assert.Equal((4, "a:x"), (Assert.Single(wanted).Offset, wanted[0].Agent));
        Assert.Empty(Observing.MergesWanted(Nobody with { MergedFrom = ["a:x"] }, 1, 0, [identify]));
        Assert.Empty(Observing.MergesWanted(Nobody with { Applied = [new Watermark(1, 0, 4)] }, 1, 0, [identify]));
    }

    [Fact]
    public void Traits_open_channels_and_removing_them_closes_them()
    {
        var life = new SomeLife(rules);
        life.Observe(now, SomeEvents.Identify(now, """{"email":"ada@example.com","phone":"+41","age":7}"""));
        Assert.Equal(["email", "sms", "whatsapp"], life.State.Addresses.Keys);
        Assert.Equal("7", life.State.Attributes["age"]);
        life.Observe(now, SomeEvents.Identify(now, """{"phone":null}"""));
        Assert.Equal(["email"], life.State.Addresses.Keys);
    }

    [Fact]
    public void Goals_are_counted_by_day()
    {
        var life = new SomeLife(rules);
        life.Observe(now, SomeEvents.Track("order_placed", now), SomeEvents.Track("app_opened", now), SomeEvents.Track("order_placed", now - TimeSpan.FromDays(1)));
        Assert.Equal([(now.UtcDay - 1, 1, 1), (now.UtcDay, 2, 1)], life.State.History.Days.Days.Select((DayCount day) => (day.Day, day.Events, day.Goals)));
    }
}
