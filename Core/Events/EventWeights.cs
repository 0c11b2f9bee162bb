using System.Collections.Frozen;

namespace Aampe.Agents.Core.Events;

/// <summary>
/// One version of the event weights w_e (docs/method.md §2): what an occurrence of each event type says about the goal, in nats.
/// One effect uses one version for both windows and for treated and controls. Immutable; rebuilt from its stored version and table.
/// </summary>
public sealed partial class EventWeights
{
    readonly FrozenDictionary<string, EventWeight> table;

    /// <summary>Weights from their stored parts.</summary>
    /// <param name="version">Number of the table; 0 only for <see cref="None"/>.</param>
    /// <param name="table">One entry a type.</param>
    /// <param name="valueLimit">m_∞ ≥ 1: what the largest value multiplies a weight by.</param>
    public EventWeights(long version, IEnumerable<EventWeight> table, double valueLimit = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        ArgumentNullException.ThrowIfNull(table);
        Version = version;
        ValueLimit = Require.Between(valueLimit, 1, double.MaxValue);
        this.table = table.ToFrozenDictionary(static weight => weight.Type, StringComparer.Ordinal);
        Identified = this.table.Values.Any(static weight => weight.GoalCount > 0) && this.table.Values.Any(static weight => weight.OtherCount > 0);
    }

    /// <summary>No table yet: version 0, no type known. Effects are then not identified (NoWeights).</summary>
    public static EventWeights None { get; } = new(0, []);

    /// <summary>Number of the table; grows with each re-estimation.</summary>
    public long Version { get; }

    /// <summary>Weight by event type; holds every counted type and every goal.</summary>
    public IReadOnlyDictionary<string, EventWeight> Table => table;

    /// <summary>False when no goal, or nothing but goals, was counted: every weight is then 0, that of a goal its minimum.</summary>
    public bool Identified { get; }

    /// <summary>m_∞: the limit of the value multiplier; 3.</summary>
    public double ValueLimit { get; }

    /// <summary>Whether the table holds a type; an event of another type weighs 0 and is not counted in an outcome.</summary>
    public bool Knows(string type) => table.ContainsKey(type);

    /// <summary>w_e·m(v) of one event in nats; 0 when its type is not in the table.</summary>
    public double WeightOf(in UserEvent e) => table.TryGetValue(e.Type, out var weight) ? Effective(weight, e.Value) : 0;

    /// <summary>The events whose type is in the table, in their order, with their effective weights.</summary>
    public WeightedEvent[] Weigh(ReadOnlySpan<UserEvent> events)
    {
        var weighted = new WeightedEvent[events.Length];
        var known = 0;
        foreach (ref readonly var e in events)
        {
            if (table.TryGetValue(e.Type, out var weight))
            {
                weighted[known++] = new(e.At, Effective(weight, e.Value));
            }
        }

        Array.Resize(ref weighted, known);
        return weighted;
    }

    double Effective(EventWeight weight, double? value) =>
        weight.MedianValue is { } median ? weight.Nats * ValueMultiplier.Of(value, median, ValueLimit) : weight.Nats;
}
