using System.Collections.Immutable;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Populations;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>
/// How a user's events become counts that types are told apart by: parts of the day and weekend of the outcome's events, then the steps of the funnel,
/// or the mix of the commonest events where no funnel is declared.
/// </summary>
public sealed class BehaviourCells
{
    /// <summary>Parts of the day, 3 h each.</summary>
    public const int HourCells = 8;

    /// <summary>Most event types in the mix.</summary>
    public const int MostTypes = 8;

    /// <summary>Cells of a list of event types.</summary>
    /// <param name="funnel">True: the types are steps, shallow to deep. False: a mix.</param>
    /// <param name="types">Event types in order.</param>
    public BehaviourCells(bool funnel, ImmutableArray<string> types)
    {
        Funnel = funnel;
        Types = types;
        var groups = ImmutableArray.CreateBuilder<BehaviourGroup>();
        groups.Add(new BehaviourGroup("hour of the day", HourCells, Circular: true));
        groups.Add(new BehaviourGroup("weekend", 2));
        if (!funnel && types.Length > 0)
        {
            groups.Add(new BehaviourGroup("mix of events", types.Length + 1));
        }

        for (var i = 1; funnel && i < types.Length; i++)
        {
            groups.Add(new BehaviourGroup($"{types[i]} after {types[i - 1]}", 2));
        }

        Shape = new BehaviourShape(groups.ToImmutable());
    }

    /// <summary>Whether the types are steps of a funnel.</summary>
    public bool Funnel { get; }

    /// <summary>Event types in order.</summary>
    public ImmutableArray<string> Types { get; }

    /// <summary>Groups of the counts.</summary>
    public BehaviourShape Shape { get; }

    /// <summary>Place of the weekend's count; the weekdays' is next to it.</summary>
    public static int Weekend => HourCells;

    /// <summary>Adds a day's events to the counts.</summary>
    /// <param name="counts">Cells of <see cref="Shape"/>.</param>
    /// <param name="events">Events of one UTC day.</param>
    /// <param name="outcome">What the outcome counts.</param>
    /// <param name="zone">Zone of the user's parts of the day.</param>
    /// <param name="weekend">Whether the day is a Saturday or Sunday.</param>
    public void Add(Span<int> counts, ReadOnlySpan<UserEvent> events, DailyOutcome outcome, TimeZoneInfo zone, bool weekend)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Span<int> types = stackalloc int[Types.Length + 1];
        foreach (ref readonly var e in events)
        {
            var type = Types.IndexOf(e.Type);
            types[type < 0 ? Types.Length : type]++;
            if (outcome.Values.ContainsKey(e.Type))
            {
                counts[LocalTime.Of(e.At, zone).Hour * HourCells / 24]++;
                counts[Weekend + (weekend ? 0 : 1)]++;
            }
        }

        if (Funnel)
        {
            for (var i = 1; i < Types.Length; i++)
            {
                // More than the step before: somebody came in by the side. The step counts, and nobody stayed behind.
                counts[Weekend + 2 * i] += types[i];
                counts[Weekend + 2 * i + 1] += Math.Max(0, types[i - 1] - types[i]);
            }
        }
        else if (Types.Length > 0)
        {
            for (var i = 0; i < types.Length; i++)
            {
                counts[Weekend + 2 + i] += types[i];
            }
        }
    }
}
