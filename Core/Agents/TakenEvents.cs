using System.Runtime.InteropServices;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>What the events of a slice add up to, until it is published as one state.</summary>
/// <param name="most">Events of the slice.</param>
internal sealed class TakenEvents(int most)
{
    readonly List<UserEvent> events = new(most);
    readonly List<DayCount> days = new(most);
    UserZone? zone;
    bool isStated;

    /// <summary>Time of the earliest event of any kind.</summary>
    public Instant First { get; private set; } = Instant.Latest;

    /// <summary>Time of the latest.</summary>
    public Instant Last { get; private set; } = Instant.Earliest;

    /// <summary>Source of the first that came; empty before it.</summary>
    public string Source { get; private set; } = "";

    /// <summary>What the user did, as it came.</summary>
    public IReadOnlyCollection<UserEvent> Events => events;

    /// <summary>The zone that events stated.</summary>
    public UserZone? Zone { set => (zone, isStated) = (value, true); }

    /// <summary>The zone so far.</summary>
    public UserZone? ZoneOf(AgentState before) => isStated ? zone : before.Zone;

    /// <summary>Notes an event of any kind.</summary>
    public void Notice(in IncomingEvent e)
    {
        First = Instant.Min(First, e.OccurredAt);
        Last = Instant.Max(Last, e.OccurredAt);
        Source = Source.Length == 0 ? e.Source : Source;
    }

    /// <summary>Adds what the user did.</summary>
    public void Add(in UserEvent e, bool isGoal, double localHour)
    {
        events.Add(e);
        days.Add(DayCounters.CountOf(e, isGoal, localHour));
    }

    /// <summary>Events too old for the history.</summary>
    public int Late(Instant now)
    {
        var (oldest, late) = (now - AgentHistory.Span, 0);
        foreach (var e in events)
        {
            late += e.At < oldest ? 1 : 0;
        }

        return late;
    }

    /// <summary>The history with all of it.</summary>
    public AgentHistory Into(AgentHistory history, Instant now)
    {
        if (events.Count == 0)
        {
            return history;
        }

        var days = history.Days.Add(CollectionsMarshal.AsSpan(this.days));
        return history.With(events, now) with { Days = days };
    }
}
