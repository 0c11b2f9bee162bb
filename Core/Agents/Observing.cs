using System.Globalization;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>What became of a slice of the log.</summary>
/// <param name="Applied">Events that count.</param>
/// <param name="Duplicates">Events whose message id was seen in the last 24 h.</param>
/// <param name="Replayed">Events at or below the watermark.</param>
public readonly record struct ObserveCounts(int Applied, int Duplicates, int Replayed);

/// <summary>How an agent takes events in: each offset once, each message id once (R2), history, person, deliveries.</summary>
public static class Observing
{
    /// <summary>Anonymous agents whose lives a slice asks for, in order; none that this agent has already.</summary>
    public static IReadOnlyList<(long Offset, string Agent, string Source, bool Trusted)> MergesWanted(AgentState state, int epoch, int partition, ReadOnlySpan<IncomingEvent> events, string from = "")
    {
        ArgumentNullException.ThrowIfNull(state);
        List<(long, string, string, bool)>? wanted = null;
        var applied = MarkOf(state, epoch, partition, from);
        foreach (ref readonly var e in events)
        {
            if (e.Kind is not (IncomingKind.Identify or IncomingKind.Alias) || e.Offset <= applied || !state.Agent.StartsWith("u:", StringComparison.Ordinal))
            {
                continue;
            }

            var facts = EventFacts.Read(e.Payload);
            var other = e.Kind == IncomingKind.Alias ? facts.PreviousId ?? facts.AnonymousId : facts.AnonymousId;
            if (other is not null && !state.MergedFrom.Contains("a:" + other))
            {
                (wanted ??= []).Add((e.Offset, "a:" + other, e.Source, e.Trusted));
            }
        }

        return wanted ?? (IReadOnlyList<(long, string, string, bool)>)[];
    }

    /// <summary>Takes a slice: events of one partition in offset order.</summary>
    /// <param name="step">The step.</param>
    /// <param name="epoch">Epoch of the log.</param>
    /// <param name="partition">Partition of the events.</param>
    /// <param name="events">The events.</param>
    /// <param name="from">Agent that they were sent to, of a life that joined this one; empty = this agent.</param>
    public static ObserveCounts Apply(AgentStep step, int epoch, int partition, ReadOnlySpan<IncomingEvent> events, string from = "")
    {
        ArgumentNullException.ThrowIfNull(step);
        var applied = MarkOf(step.State, epoch, partition, from);
        var seen = new SliceIds(step.State.Seen, events.Length);
        var taken = new TakenEvents(events.Length);
        int counted = 0, duplicates = 0, replayed = 0;
        foreach (ref readonly var e in events)
        {
            if (e.Offset <= applied)
            {
                replayed++;
                continue;
            }

            applied = e.Offset;
            // Without a message id the log position is the identity: it is never deduplicated by content.
            var id = e.MessageId is { } messageId
                ? StableHash.Of(e.Source, messageId)
                : StableHash.Of("offset", string.Create(CultureInfo.InvariantCulture, $"{epoch}/{partition}/{e.Offset}"));
            if (e.MessageId is not null && !seen.TryAdd(id, e.ReceivedAt))
            {
                duplicates++;
                continue;
            }

            Take(step, e, id, taken);
            counted++;
        }

        var state = step.Before;
        step.State = state with
        {
            JournalLength = step.JournalLength,
            FirstSeen = Instant.Min(state.FirstSeen, taken.First),
            LastSeen = Instant.Max(state.LastSeen, taken.Last),
            CreatedBy = state.CreatedBy.Length == 0 ? taken.Source : state.CreatedBy,
            Zone = taken.ZoneOf(state),
            Applied = WithMark(state, new Watermark(epoch, partition, applied, from)),
            Seen = seen.Window(),
            History = Trimmed(taken.Into(state.History, step.At), step.At),
            Counters = state.Counters with
            {
                Events = state.Counters.Events + counted,
                Duplicates = state.Counters.Duplicates + duplicates,
                Late = state.Counters.Late + taken.Late(step.At),
            },
        };
        Revising.Mark(step, taken.Events);
        return new ObserveCounts(counted, duplicates, replayed);
    }

    static AgentHistory Trimmed(AgentHistory history, Instant now)
    {
        var days = history.Days.Trim(now - AgentHistory.Span - TimeSpan.FromDays(28));
        return ReferenceEquals(days, history.Days) ? history : history with { Days = days };
    }

    // What every event changes is summed up and published once for the slice: a state is a copy of everything.
    static void Take(AgentStep step, in IncomingEvent e, ulong id, TakenEvents taken)
    {
        var zone = taken.ZoneOf(step.Before);
        var facts = EventFacts.Read(e, zone?.Id, step.Before.Addresses.GetValueOrDefault("push"));
        taken.Notice(e);
        step.Tell(e, facts);
        if (facts.TimeZone is { } stated)
        {
            zone = Stated(zone, stated, e.OccurredAt);
            taken.Zone = zone;
        }

        var reached = step.Before.Addresses;
        Person(step, e, facts);
        if (!ReferenceEquals(reached, step.Before.Addresses))
        {
            Handovers.ForgetHolds(step);
        }

        if (e.Kind is not (IncomingKind.Track or IncomingKind.Page or IncomingKind.Screen) || DeliveryFacts.TakeTelemetry(step, e, facts))
        {
            return;
        }

        Scheduling.Trigger(step, e.Name, e.OccurredAt);
        var hour = LocalTime.HourOf(e.OccurredAt, zone?.Id ?? step.Rules.Settings.TimeZone);
        taken.Add(new UserEvent(id, e.Name, e.OccurredAt, facts.Value), step.Rules.Goals.Contains(e.Name), hour);
    }

    static void Person(AgentStep step, in IncomingEvent e, EventFacts facts)
    {
        if (facts.DeviceToken is { } token && step.Before.Addresses.GetValueOrDefault("push") != token)
        {
            Reach(step, DeadAddresses.With(step.State.Addresses, "push", token));
        }

        if (e.Kind != IncomingKind.Identify || facts.Traits.Count == 0)
        {
            return;
        }

        var attributes = step.State.Attributes.ToBuilder();
        var addresses = step.State.Addresses;
        foreach (var (name, value) in facts.Traits)
        {
            if (value is null)
            {
                attributes.Remove(name);
            }
            else if (attributes.ContainsKey(name) || attributes.Count < EventFacts.MostTraits)
            {
                attributes[name] = value;
            }

            foreach (var channel in ContactTraits.ChannelsOf(name))
            {
                addresses = value is null ? addresses.Remove(channel) : DeadAddresses.With(addresses, channel, EventFacts.Plain(value));
            }
        }

        step.State = step.State with { Attributes = attributes.ToImmutable(), Addresses = addresses };
    }

    // The same token with every event, dead or not, must not look like a change.
    static void Reach(AgentStep step, System.Collections.Immutable.ImmutableSortedDictionary<string, string> addresses)
    {
        if (!ReferenceEquals(addresses, step.State.Addresses))
        {
            step.State = step.State with { Addresses = addresses };
        }
    }

    // The newest statement wins, whenever it arrives; an older one only tells when the newer began to hold.
    static UserZone Stated(UserZone? before, string zone, Instant at)
    {
        if (before is not { } known)
        {
            return new UserZone(zone, "event", at, null);
        }

        if (at < known.AsOf)
        {
            return known;
        }

        return known.Id == zone ? known with { AsOf = at, EarlierId = known.EarlierAt(at) } : new UserZone(zone, "event", at, known.Id);
    }

    static long MarkOf(AgentState state, int epoch, int partition, string from)
    {
        foreach (var mark in state.Applied)
        {
            if (mark.Epoch == epoch && mark.Partition == partition && mark.From == from)
            {
                return mark.Offset;
            }
        }

        return -1;
    }

    static System.Collections.Immutable.ImmutableArray<Watermark> WithMark(AgentState state, Watermark reached)
    {
        for (var i = 0; i < state.Applied.Length; i++)
        {
            if (state.Applied[i] with { Offset = reached.Offset } == reached)
            {
                return state.Applied.SetItem(i, reached);
            }
        }

        // At most two epochs are kept (M2): marks of older ones can no longer be asked for.
        return state.Applied.RemoveAll(mark => mark.Epoch < reached.Epoch - 1).Add(reached);
    }
}
