using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Agent states with something in every field: any that the record must keep, whether or not a life leads there.</summary>
static class SomeState
{
    static readonly Gen<string> name = Gen.OneOf(Gen.Const(""), Gen.String[Gen.Char["abcxyz-_/ é漢"], 1, 12]);
    static readonly Gen<Instant> moment = Gen.Long[-1_000_000_000L, 4_000_000_000_000L].Select(ms => new Instant(ms));
    static readonly Gen<Instant?> maybe = Gen.Bool.Select(moment, (there, at) => there ? at : (Instant?)null);
    static readonly Gen<double> number = Gen.OneOf(Gen.Double[-1e6, 1e6], Gen.Int[-5, 5].Select(i => (double)i), Gen.Const(-0.0), Gen.Const(double.Epsilon), Gen.Const(double.MaxValue));

    static readonly Gen<UserEvent> happening = Gen.Select(Gen.ULong, name, moment, Gen.Bool, number, (id, type, at, valued, value) => new UserEvent(id, type, at, valued ? value : null));

    static readonly Gen<LiveDecision> decision = Gen.Select(
        Gen.Select(name, name, name, name, name, name, name, name),
        Gen.Select(moment, moment, moment, maybe, Gen.Long[1, 1L << 40], Gen.Int[0, 10], Gen.Int[0, 9], Gen.Bool),
        Gen.Select(name, name).Select((set, action) => new Credit(set, action)).Array[0, 4],
        (texts, rest, credits) => new LiveDecision
        {
            Id = texts.Item1,
            Program = texts.Item2,
            Arm = texts.Item3,
            Context = texts.Item4,
            Message = texts.Item5,
            Channel = texts.Item6,
            Filter = texts.Item7,
            Reasons = texts.Item8,
            Delivery = texts.Item3,
            DecidedAt = rest.Item1,
            StageAt = rest.Item2,
            ExpiresAt = rest.Item3,
            TreatedAt = rest.Item4,
            Ordinal = rest.Item5,
            Stage = (DecisionStage)rest.Item6,
            Attempts = rest.Item7,
            Settled = rest.Item8,
            Credits = [.. credits],
        });

    static readonly Gen<Evidence> evidence = Gen.Select(number, number, number, number, Gen.Select(number, moment), Gen.Int[0, 999], Gen.Int[0, 99], (s, f, n, x, rest, trials, wins) =>
        new Evidence(s, f, n, x, rest.Item1, rest.Item2, trials, wins) { Dated = default(DatedCounts).Add(20_000, wins + 1, wins / 2).Add(20_001 + wins, trials, trials / 3) });

    static readonly Gen<AgentEffects> jointly = Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 30_000], Gen.Select(number, number, number, number), Gen.Int[0, 99].Array[0, 18], Gen.Float[-9, 9].Array[3 + 9])
        .Select((sets, outcome, through, rates, counts, numbers) => new AgentEffects
        {
            Sets = sets,
            Outcome = outcome,
            Through = through,
            Exposure = rates.Item1,
            Total = rates.Item2,
            Rate = rates.Item3,
            RateVariance = rates.Item4,
            Counts = [.. counts],
            Statistic = EffectStatistic.Of(numbers),
            Skipped = counts.Length,
        });

    static readonly Gen<ProgramStanding> standing = Gen.Select(moment, maybe, name, name, Gen.Int[0, 99], (since, next, slot, gap, place) =>
        new ProgramStanding { Since = since, NextContact = next, Slot = slot, Gap = gap, RulesNext = place, TriggeredAt = place % 2 == 0 ? next : null });

    static readonly Gen<DayCounters> days = Gen.Select(Gen.Int[0, 30_000], Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[-990_000, 990_000], Gen.Int[-990_000, 990_000])
        .Select((day, events, goals, cosine, sine) => new DayCount(day, events, goals, cosine, sine)).Array[0, 8]
        .Select(all => new DayCounters([.. all.DistinctBy(day => day.Day).OrderBy(day => day.Day)]));

    static readonly Gen<UserZone?> zone = Gen.Select(Gen.Bool, Gen.String[Gen.Char["abc/"], 1, 9], moment, moment, Gen.Bool).Select((there, id, asOf, changed, moved) =>
        there ? new UserZone(id, "event", asOf, moved ? id + "2" : null) { ChangedAt = changed } : (UserZone?)null);

    public static readonly Gen<AgentState> Any =
        from texts in Gen.Select(name, name, name, name, name)
        from times in Gen.Select(moment, moment, moment, maybe, moment)
        from ordinal in Gen.Long[0, long.MaxValue]
        from counts in Gen.Long[0, 1L << 50].Array[8]
        from events in happening.Array[0, 20]
        from counters in days
        from seen in Gen.Select(Gen.ULong, moment).Array[0, 9]
        from degraded in Gen.Bool
        from marks in Gen.Select(Gen.Int[0, 99], Gen.Int[0, 99], Gen.Long[-1, long.MaxValue]).Array[0, 4]
        from pairs in Gen.Select(name, name).Array[0, 5]
        from whereabouts in zone
        from consents in Gen.Select(name, name, name, moment, name, name).Array[0, 5]
        from beliefs in Gen.Select(Gen.Select(name, name, name, name), evidence).Array[0, 6]
        from standings in Gen.Select(name, standing).Array[0, 3]
        from decisions in decision.Array[0, 5]
        from sends in Gen.Select(moment, name, name, name).Array[0, 6]
        from effects in Gen.Select(name, name, Gen.Bool, moment, number).Array[0, 5]
        from joint in Gen.Select(name, jointly).Array[0, 2]
        select new AgentState
        {
            Tenant = texts.Item1,
            Agent = texts.Item2.Length == 0 ? "u:x" : "u:" + texts.Item2,
            Incarnation = texts.Item3,
            CreatedBy = texts.Item4,
            MergedInto = texts.Item5,
            Ordinal = ordinal,
            JournalLength = counts[0],
            FirstSeen = times.Item1,
            LastSeen = times.Item2,
            ActedAt = times.Item3,
            WithdrawnAt = times.Item4,
            Counters = new AgentCounters(counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], counts[7]),
            History = new AgentHistory { Events = [.. events], CompleteSince = times.Item5, Days = counters },
            Seen = new DedupeWindow([.. seen.DistinctBy(one => one.Item1)], degraded),
            Applied = [.. marks.Select(mark => new Watermark(mark.Item1, mark.Item2, mark.Item3))],
            MergedFrom = [.. pairs.Select(pair => pair.Item1)],
            Idempotent = [.. pairs.Select(pair => new IdempotentUse(pair.Item1, pair.Item2, pair.Item1, times.Item2))],
            Attributes = Sorted(pairs),
            Addresses = Sorted(pairs.Take(2)),
            Zone = whereabouts,
            Consents = [.. consents.Select(one => new ConsentEntry(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5, one.Item6))],
            Evidence = beliefs.DistinctBy(one => one.Item1).ToImmutableSortedDictionary(one => new EvidenceKey(one.Item1.Item1, one.Item1.Item2, one.Item1.Item3, one.Item1.Item4), one => one.Item2),
            JointEffects = joint.DistinctBy(one => one.Item1).ToImmutableSortedDictionary(one => one.Item1, one => one.Item2, StringComparer.Ordinal),
            Standings = standings.DistinctBy(one => one.Item1).ToImmutableSortedDictionary(one => one.Item1, one => one.Item2, StringComparer.Ordinal),
            Decisions = [.. decisions],
            Sends = [.. sends.Select(one => new SentRecord(one.Item1, one.Item2, one.Item3, one.Item4))],
            RecentEffects = [.. effects.Select(one => new RecentEffect(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5))],
            Revisable = [.. effects.Select(one => new RevisableEffect(one.Item1, one.Item3 ? one.Item5 : null, one.Item5, 1, one.Item4, one.Item3))],
        };

    static ImmutableSortedDictionary<string, string> Sorted(IEnumerable<(string, string)> pairs) =>
        pairs.DistinctBy(pair => pair.Item1).ToImmutableSortedDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);

    /// <summary>The state behind the stored bytes of format 1, as it is read now: all counts on the day of the newest effect; never changed.</summary>
    public static AgentState GoldenOfFormat1 { get; } = new()
    {
        Tenant = "default",
        Agent = "u:ada",
        Incarnation = "0123456789abcdef",
        CreatedBy = "web",
        MergedInto = "u:grace",
        Ordinal = 41,
        JournalLength = 300,
        FirstSeen = new Instant(1_770_000_000_000),
        LastSeen = new Instant(1_772_000_000_000),
        ActedAt = new Instant(1_772_000_000_001),
        WithdrawnAt = new Instant(1_771_000_000_000),
        Counters = new AgentCounters(1, 2, 3, 4, 5, 6, 7),
        History = new AgentHistory
        {
            Events = [new(7, "app_opened", new(1_771_000_000_000), null), new(ulong.MaxValue, "order_placed", new(1_771_000_500_000), 12.5), new(3, "order_placed", new(1_771_000_500_000), 40)],
            CompleteSince = new Instant(1_770_500_000_000),
            Days = new DayCounters([new(20_490, 3, 1, -9_000, 4_000), new(20_497, 1, 0, 10_000, 0)]),
        },
        Seen = new DedupeWindow([(9, new(1_771_999_000_000)), (10, new(1_771_999_000_500))], true),
        Applied = [new(1, 3, 77), new(2, 0, -1)],
        MergedFrom = ["a:1", "a:2"],
        Idempotent = [new("key", "hash", "dec_1", new(1_771_999_000_000))],
        Attributes = Sorted([("city", "\"Zürich\""), ("age", "41")]),
        Addresses = Sorted([("push", "tok"), ("email", "ada@example.com")]),
        Zone = new UserZone("Europe/Zurich", "event", new(1_771_500_000_000), "Europe/Berlin") { ChangedAt = new(1_771_400_000_000) },
        Consents = [new("email", "marketing", "granted", new(1_770_100_000_000), "form", "v2"), new("*", "service", "denied", new(1_770_200_000_000), "api", "")],
        Evidence = ImmutableSortedDictionary<EvidenceKey, Evidence>.Empty
            .Add(new("basket", "active-mid", "tone", "warm"), new(2.5, 1.25, 3.75, -0.125, 0.75, new(1_771_900_000_000), 5, 3) { Dated = new([new(20_508, 5, 3)]) })
            .Add(new("basket", "active-mid", "tone", "plain"), new(0, 1, 1, 0.25, 0, new(1_771_800_000_000), 1, 0) { Dated = new([new(20_506, 1, 0)]) }),
        Standings = ImmutableSortedDictionary.Create<string, ProgramStanding>(StringComparer.Ordinal)
            .Add("basket", new() { Since = new(1_770_000_000_000), NextContact = new(1_772_100_000_000), Slot = "morning-weekday", Gap = "2", RulesNext = 1 })
            .Add("late", new() { Since = new(1_770_000_000_000) }),
        Decisions =
        [
            new LiveDecision
            {
                Id = "dec_1",
                Ordinal = 40,
                Program = "basket",
                Arm = "agentic",
                Stage = DecisionStage.Activated,
                StageAt = new(1_771_900_000_500),
                DecidedAt = new(1_771_900_000_000),
                ExpiresAt = new(1_771_921_600_000),
                Context = "active-mid",
                Message = "push-warm-none",
                Channel = "push",
                Filter = "tick",
                Delivery = "opened",
                Reasons = """[{"code":"expired"}]""",
                Attempts = 2,
                Settled = true,
                TreatedAt = new(1_771_900_000_500),
                Credits = [new("frequency", "send"), new("tone", "warm")],
            },
            new LiveDecision
            {
                Id = "dec_2",
                Ordinal = 41,
                Program = "basket",
                Arm = "agentic",
                Stage = DecisionStage.Hold,
                StageAt = new(1_771_990_000_000),
                DecidedAt = new(1_771_990_000_000),
                ExpiresAt = new(1_772_011_600_000),
                Context = "active-mid",
            },
        ],
        Sends = [new(new(1_771_900_000_500), "push", "basket", "push-warm-none"), new(new(1_771_950_000_000), "email", "", "")],
        RecentEffects = [new("basket", "agentic", true, new(1_771_500_000_000), -0.25)],
    };

    /// <summary>The state behind the stored bytes of format 2; never changed.</summary>
    public static AgentState Golden { get; } = GoldenOfFormat1 with
    {
        JointEffects = ImmutableSortedDictionary.Create<string, AgentEffects>(StringComparer.Ordinal).Add("basket", new()
        {
            Sets = 11,
            Outcome = ulong.MaxValue - 3,
            Through = 20_500,
            Exposure = 27.5,
            Total = 31,
            Counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 27],
            Rate = 1.125,
            RateVariance = 0.04,
            Statistic = EffectStatistic.Empty(3).Add([1, -0.5, 0.25], 0.75, 2),
            Skipped = 2,
        }),
        Evidence = GoldenOfFormat1.Evidence.SetItem(
            new("basket", "active-mid", "tone", "warm"), new(2.5, 1.25, 3.75, -0.125, 0.75, new(1_771_900_000_000), 5, 3) { Dated = new([new(20_450, 2, 2), new(20_508, 1, 0)]) }),
        Standings = GoldenOfFormat1.Standings.SetItem("late", new() { Since = new(1_770_000_000_000), TriggeredAt = new(1_771_999_000_000) }),
        Revisable = [new("dec_1", 1, 0.25, 0.5, new(1_771_950_000_000), true), new("dec_0", null, -1, 1, new(1_771_940_000_000), false)],
    };
}
