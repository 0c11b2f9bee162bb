using System.Collections.Immutable;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// The packed, versioned record of an agent: names by number in a table of its own, times as differences. Records of every
/// released format stay readable.
/// </summary>
public static class AgentStateCodec
{
    /// <summary>The format that this release writes.</summary>
    public const byte Format = 2;

    /// <summary>Packs an agent.</summary>
    public static byte[] Pack(AgentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var w = PackedWriter.Begin();
        w.Text(state.Tenant);
        w.Text(state.Agent);
        w.Text(state.Incarnation);
        w.Text(state.CreatedBy);
        w.Text(state.MergedInto);
        w.Signed(state.Ordinal);
        w.Signed(state.JournalLength);
        w.Signed(state.FirstSeen.UnixMilliseconds);
        w.Signed(state.LastSeen.UnixMilliseconds);
        w.Signed(state.ActedAt.UnixMilliseconds);
        PackOptional(w, state.WithdrawnAt);
        PackCounters(w, state.Counters);
        PackHistory(w, state.History);
        PackSeen(w, state.Seen);
        PackPlaces(w, state);
        PackPerson(w, state);
        PackEvidence(w, state);
        PackDecisions(w, state);
        PackSecond(w, state);
        JointCodec.Pack(w, state.JointEffects);
        return w.Finish(Format);
    }

    /// <summary>Unpacks an agent.</summary>
    /// <exception cref="InvalidDataException">The format is newer than this release, or the bytes are no record.</exception>
    public static AgentState Unpack(ReadOnlySpan<byte> record)
    {
        var r = new PackedReader(record, Format, "Agent record");
        var state = new AgentState
        {
            Tenant = r.Text(),
            Agent = r.Text(),
            Incarnation = r.Text(),
            CreatedBy = r.Text(),
            MergedInto = r.Text(),
            Ordinal = r.Signed(),
            JournalLength = r.Signed(),
            FirstSeen = new Instant(r.Signed()),
            LastSeen = new Instant(r.Signed()),
            ActedAt = new Instant(r.Signed()),
            WithdrawnAt = UnpackOptional(ref r),
            Counters = new AgentCounters(r.Signed(), r.Signed(), r.Signed(), r.Signed(), r.Signed(), r.Signed(), r.Signed()),
        };
        state = state with { History = UnpackHistory(ref r), Seen = UnpackSeen(ref r) };
        state = UnpackPlaces(ref r, state);
        state = UnpackPerson(ref r, state);
        state = UnpackEvidence(ref r, state);
        state = UnpackDecisions(ref r, state);
        return r.Format >= 2 ? UnpackSecond(ref r, state) with { JointEffects = JointCodec.UnpackEffects(ref r) } : WithoutDates(state);
    }

    // What format 2 added, after all of format 1: triggers of the standings and dated counts of the evidence in the order above, revisable effects.
    static void PackSecond(PackedWriter w, AgentState state)
    {
        foreach (var standing in state.Standings.Values)
        {
            PackOptional(w, standing.TriggeredAt);
        }

        foreach (var evidence in state.Evidence.Values)
        {
            w.Count(evidence.Dated.Days.Length);
            var last = 0;
            foreach (var day in evidence.Dated.Days)
            {
                w.Signed(day.Day - last);
                last = day.Day;
                w.Count(day.Trials);
                w.Count(day.Wins);
            }
        }

        w.Count(state.Revisable.Length);
        foreach (var one in state.Revisable)
        {
            w.Text(one.Decision);
            w.Flag(one.Success is not null);
            w.Number(one.Success ?? 0);
            w.Number(one.Effect);
            w.Number(one.Weight);
            w.Signed(one.LearntAt.UnixMilliseconds);
            w.Flag(one.Late);
        }
    }

    static AgentState UnpackSecond(ref PackedReader r, AgentState state)
    {
        var standings = state.Standings.ToBuilder();
        foreach (var (program, standing) in state.Standings)
        {
            standings[program] = standing with { TriggeredAt = UnpackOptional(ref r) };
        }

        var evidence = state.Evidence.ToBuilder();
        foreach (var (key, known) in state.Evidence)
        {
            var days = ImmutableArray.CreateBuilder<DatedCount>(r.Count());
            var last = 0;
            for (var i = days.Capacity; i > 0; i--)
            {
                last += (int)r.Signed();
                days.Add(new DatedCount(last, r.Count(), r.Count()));
            }

            evidence[key] = known with { Dated = new DatedCounts(days.MoveToImmutable()) };
        }

        var revisable = ImmutableArray.CreateBuilder<RevisableEffect>(r.Count());
        for (var i = revisable.Capacity; i > 0; i--)
        {
            var (decision, known, success) = (r.Text(), r.Flag(), r.Number());
            revisable.Add(new RevisableEffect(decision, known ? success : null, r.Number(), r.Number(), new Instant(r.Signed()), r.Flag()));
        }

        return state with { Standings = standings.ToImmutable(), Evidence = evidence.ToImmutable(), Revisable = revisable.MoveToImmutable() };
    }

    // Format 1 counted over a life. The day of the newest effect stands for all of them, so that they count until 90 days after it.
    static AgentState WithoutDates(AgentState state) => state with
    {
        Evidence = state.Evidence.ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => pair.Value.Trials == 0 ? pair.Value : pair.Value with { Dated = default(DatedCounts).Add(pair.Value.LastAt.UtcDay, pair.Value.Trials, pair.Value.Wins) }),
    };

    static void PackOptional(PackedWriter w, Instant? at)
    {
        w.Flag(at is not null);
        if (at is { } known)
        {
            w.Signed(known.UnixMilliseconds);
        }
    }

    static Instant? UnpackOptional(ref PackedReader r) => r.Flag() ? new Instant(r.Signed()) : null;

    static void PackCounters(PackedWriter w, AgentCounters c)
    {
        w.Signed(c.Events);
        w.Signed(c.Duplicates);
        w.Signed(c.Late);
        w.Signed(c.Sends);
        w.Signed(c.Holds);
        w.Signed(c.Effects);
        w.Signed(c.NotIdentified);
    }

    static void PackHistory(PackedWriter w, AgentHistory history)
    {
        w.Signed(history.CompleteSince.UnixMilliseconds);
        w.Count(history.Events.Length);
        long last = 0;
        foreach (var e in history.Events)
        {
            w.Signed(e.At.UnixMilliseconds - last);
            last = e.At.UnixMilliseconds;
            w.Fixed(e.Id);
            w.Text(e.Type);
            w.Flag(e.Value is not null);
            if (e.Value is { } value)
            {
                w.Number(value);
            }
        }

        w.Count(history.Days.Days.Length);
        var lastDay = 0;
        foreach (var day in history.Days.Days)
        {
            w.Signed(day.Day - lastDay);
            lastDay = day.Day;
            w.Count(day.Events);
            w.Count(day.Goals);
            w.Signed(day.Cosine);
            w.Signed(day.Sine);
        }
    }

    static AgentHistory UnpackHistory(ref PackedReader r)
    {
        var complete = new Instant(r.Signed());
        var events = ImmutableArray.CreateBuilder<UserEvent>(r.Count());
        long last = 0;
        for (var i = events.Capacity; i > 0; i--)
        {
            last += r.Signed();
            events.Add(new UserEvent(r.Fixed(), r.Text(), new Instant(last), r.Flag() ? r.Number() : null));
        }

        var days = ImmutableArray.CreateBuilder<DayCount>(r.Count());
        var lastDay = 0;
        for (var i = days.Capacity; i > 0; i--)
        {
            lastDay += (int)r.Signed();
            days.Add(new DayCount(lastDay, r.Count(), r.Count(), (int)r.Signed(), (int)r.Signed()));
        }

        return new AgentHistory { Events = events.MoveToImmutable(), CompleteSince = complete, Days = new DayCounters(days.MoveToImmutable()) };
    }

    static void PackSeen(PackedWriter w, DedupeWindow seen)
    {
        w.Flag(seen.Degraded);
        w.Count(seen.Ids.Length);
        long last = 0;
        for (var i = 0; i < seen.Ids.Length; i++)
        {
            w.Fixed(seen.Ids[i]);
            w.Signed(seen.Times[i] - last);
            last = seen.Times[i];
        }
    }

    static DedupeWindow UnpackSeen(ref PackedReader r)
    {
        var degraded = r.Flag();
        var count = r.Count();
        if (count == 0 && !degraded)
        {
            return DedupeWindow.Empty;
        }

        var (ids, times, last) = (new ulong[count], new long[count], 0L);
        for (var i = 0; i < count; i++)
        {
            ids[i] = r.Fixed();
            times[i] = last += r.Signed();
        }

        return new DedupeWindow(ids, times, degraded);
    }

    const int MostPartitions = 1_024;

    static void PackPlaces(PackedWriter w, AgentState state)
    {
        w.Count(state.Applied.Length);
        foreach (var mark in state.Applied)
        {
            w.Count(mark.Epoch);
            // A life that joined is told by its place among those; there are at most 1,024 partitions, so records without one read as they did.
            w.Count(mark.Partition + (mark.From.Length == 0 ? 0 : MostPartitions * (1 + state.MergedFrom.IndexOf(mark.From))));
            w.Signed(mark.Offset);
        }

        w.Count(state.MergedFrom.Length);
        foreach (var from in state.MergedFrom)
        {
            w.Text(from);
        }

        w.Count(state.Idempotent.Length);
        foreach (var use in state.Idempotent)
        {
            w.Text(use.Key);
            w.Text(use.BodyHash);
            w.Text(use.DecisionId);
            w.Signed(use.At.UnixMilliseconds);
        }
    }

    static AgentState UnpackPlaces(ref PackedReader r, AgentState state)
    {
        var marks = ImmutableArray.CreateBuilder<Watermark>(r.Count());
        for (var i = marks.Capacity; i > 0; i--)
        {
            marks.Add(new Watermark(r.Count(), r.Count(), r.Signed()));
        }

        var places = marks.MoveToImmutable();

        var merged = ImmutableArray.CreateBuilder<string>(r.Count());
        for (var i = merged.Capacity; i > 0; i--)
        {
            merged.Add(r.Text());
        }

        var uses = ImmutableArray.CreateBuilder<IdempotentUse>(r.Count());
        for (var i = uses.Capacity; i > 0; i--)
        {
            uses.Add(new IdempotentUse(r.Text(), r.Text(), r.Text(), new Instant(r.Signed())));
        }

        var joined = merged.MoveToImmutable();
        return state with
        {
            Applied = [.. places.Select(mark => mark.Partition < MostPartitions ? mark : mark with { Partition = mark.Partition % MostPartitions, From = joined[(mark.Partition / MostPartitions) - 1] })],
            MergedFrom = joined,
            Idempotent = uses.MoveToImmutable(),
        };
    }

    static void PackPerson(PackedWriter w, AgentState state)
    {
        w.Count(state.Attributes.Count);
        foreach (var (name, value) in state.Attributes)
        {
            w.Text(name);
            w.Text(value);
        }

        w.Flag(state.Zone is not null);
        if (state.Zone is { } zone)
        {
            w.Text(zone.Id);
            w.Text(zone.Source);
            w.Signed(zone.AsOf.UnixMilliseconds);
            w.Text(zone.EarlierId ?? "");
            w.Signed(zone.ChangedAt.UnixMilliseconds);
        }

        w.Count(state.Addresses.Count);
        foreach (var (channel, address) in state.Addresses)
        {
            w.Text(channel);
            w.Text(address);
        }

        w.Count(state.Consents.Length);
        foreach (var consent in state.Consents)
        {
            w.Text(consent.Channel);
            w.Text(consent.Purpose);
            w.Text(consent.Status);
            w.Signed(consent.At.UnixMilliseconds);
            w.Text(consent.Source);
            w.Text(consent.Proof);
        }

        w.Count(state.Standings.Count);
        foreach (var (program, standing) in state.Standings)
        {
            w.Text(program);
            w.Signed(standing.Since.UnixMilliseconds);
            PackOptional(w, standing.NextContact);
            w.Text(standing.Slot);
            w.Text(standing.Gap);
            w.Count(standing.RulesNext);
        }
    }

    static AgentState UnpackPerson(ref PackedReader r, AgentState state)
    {
        var attributes = state.Attributes.ToBuilder();
        for (var i = r.Count(); i > 0; i--)
        {
            attributes.Add(r.Text(), r.Text());
        }

        UserZone? zone = null;
        if (r.Flag())
        {
            zone = new UserZone(r.Text(), r.Text(), new Instant(r.Signed()), r.Text() is { Length: > 0 } earlier ? earlier : null) { ChangedAt = new Instant(r.Signed()) };
        }

        var addresses = state.Addresses.ToBuilder();
        for (var i = r.Count(); i > 0; i--)
        {
            addresses.Add(r.Text(), r.Text());
        }

        var consents = ImmutableArray.CreateBuilder<ConsentEntry>(r.Count());
        for (var i = consents.Capacity; i > 0; i--)
        {
            consents.Add(new ConsentEntry(r.Text(), r.Text(), r.Text(), new Instant(r.Signed()), r.Text(), r.Text()));
        }

        var standings = state.Standings.ToBuilder();
        for (var i = r.Count(); i > 0; i--)
        {
            var program = r.Text();
            standings.Add(program, new ProgramStanding { Since = new Instant(r.Signed()), NextContact = UnpackOptional(ref r), Slot = r.Text(), Gap = r.Text(), RulesNext = r.Count() });
        }

        return state with
        {
            Attributes = attributes.ToImmutable(),
            Zone = zone,
            Addresses = addresses.ToImmutable(),
            Consents = consents.MoveToImmutable(),
            Standings = standings.ToImmutable(),
        };
    }

    static void PackEvidence(PackedWriter w, AgentState state)
    {
        w.Count(state.Evidence.Count);
        long last = 0;
        foreach (var (key, e) in state.Evidence)
        {
            w.Text(key.Program);
            w.Text(key.Context);
            w.Text(key.Set);
            w.Text(key.Action);
            w.Number(e.Successes);
            w.Number(e.Failures);
            w.Number(e.Count);
            w.Number(e.MeanEffect);
            w.Number(e.SquaredDeviations);
            w.Signed(e.LastAt.UnixMilliseconds - last);
            last = e.LastAt.UnixMilliseconds;
            w.Count(e.Trials);
            w.Count(e.Wins);
        }

        w.Count(state.RecentEffects.Length);
        foreach (var effect in state.RecentEffects)
        {
            w.Text(effect.Program);
            w.Text(effect.Arm);
            w.Flag(effect.Send);
            w.Signed(effect.At.UnixMilliseconds);
            w.Number(effect.Value);
        }
    }

    static AgentState UnpackEvidence(ref PackedReader r, AgentState state)
    {
        var evidence = state.Evidence.ToBuilder();
        long last = 0;
        for (var i = r.Count(); i > 0; i--)
        {
            var key = new EvidenceKey(r.Text(), r.Text(), r.Text(), r.Text());
            var (successes, failures, count, mean, squares) = (r.Number(), r.Number(), r.Number(), r.Number(), r.Number());
            last += r.Signed();
            evidence.Add(key, new Evidence(successes, failures, count, mean, squares, new Instant(last), r.Count(), r.Count()));
        }

        var effects = ImmutableArray.CreateBuilder<RecentEffect>(r.Count());
        for (var i = effects.Capacity; i > 0; i--)
        {
            effects.Add(new RecentEffect(r.Text(), r.Text(), r.Flag(), new Instant(r.Signed()), r.Number()));
        }

        return state with { Evidence = evidence.ToImmutable(), RecentEffects = effects.MoveToImmutable() };
    }

    static void PackDecisions(PackedWriter w, AgentState state)
    {
        w.Count(state.Decisions.Length);
        foreach (var d in state.Decisions)
        {
            w.Text(d.Id);
            w.Signed(d.Ordinal);
            w.Text(d.Program);
            w.Text(d.Arm);
            w.Count((int)d.Stage);
            w.Signed(d.DecidedAt.UnixMilliseconds);
            w.Signed(d.StageAt.UnixMilliseconds - d.DecidedAt.UnixMilliseconds);
            w.Signed(d.ExpiresAt.UnixMilliseconds - d.DecidedAt.UnixMilliseconds);
            w.Text(d.Context);
            w.Text(d.Message);
            w.Text(d.Channel);
            w.Text(d.Filter);
            w.Text(d.Delivery);
            w.Text(d.Reasons);
            w.Count(d.Attempts);
            w.Flag(d.Settled);
            PackOptional(w, d.TreatedAt);
            w.Count(d.Credits.Length);
            foreach (var credit in d.Credits)
            {
                w.Text(credit.Set);
                w.Text(credit.Action);
            }
        }

        w.Count(state.Sends.Length);
        long last = 0;
        foreach (var send in state.Sends)
        {
            w.Signed(send.At.UnixMilliseconds - last);
            last = send.At.UnixMilliseconds;
            w.Text(send.Channel);
            w.Text(send.ProgramId);
            w.Text(send.MessageId);
        }
    }

    static AgentState UnpackDecisions(ref PackedReader r, AgentState state)
    {
        var decisions = ImmutableArray.CreateBuilder<LiveDecision>(r.Count());
        for (var i = decisions.Capacity; i > 0; i--)
        {
            var (id, ordinal, program, arm, stage) = (r.Text(), r.Signed(), r.Text(), r.Text(), (DecisionStage)r.Count());
            var decided = r.Signed();
            decisions.Add(new LiveDecision
            {
                Id = id,
                Ordinal = ordinal,
                Program = program,
                Arm = arm,
                Stage = stage,
                DecidedAt = new Instant(decided),
                StageAt = new Instant(decided + r.Signed()),
                ExpiresAt = new Instant(decided + r.Signed()),
                Context = r.Text(),
                Message = r.Text(),
                Channel = r.Text(),
                Filter = r.Text(),
                Delivery = r.Text(),
                Reasons = r.Text(),
                Attempts = r.Count(),
                Settled = r.Flag(),
                TreatedAt = UnpackOptional(ref r),
                Credits = UnpackCredits(ref r),
            });
        }

        var sends = ImmutableArray.CreateBuilder<SentRecord>(r.Count());
        long last = 0;
        for (var i = sends.Capacity; i > 0; i--)
        {
            last += r.Signed();
            sends.Add(new SentRecord(new Instant(last), r.Text(), r.Text(), r.Text()));
        }

        return state with { Decisions = decisions.MoveToImmutable(), Sends = sends.MoveToImmutable() };
    }

    static ImmutableArray<Credit> UnpackCredits(ref PackedReader r)
    {
        var credits = ImmutableArray.CreateBuilder<Credit>(r.Count());
        for (var i = credits.Capacity; i > 0; i--)
        {
            credits.Add(new Credit(r.Text(), r.Text()));
        }

        return credits.MoveToImmutable();
    }
}
