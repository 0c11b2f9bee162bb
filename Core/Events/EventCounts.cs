using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Aampe.Agents.Core.Events;

/// <summary>
/// Table event type → (with goal, without): all that the event weights are estimated from (docs/method.md §2, merging shards).
/// Immutable; tables add element by element, which is associative and commutative with <see cref="Empty"/> as identity.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A table of counts; that it can be listed is not what it is.")]
public sealed partial class EventCounts : IReadOnlyCollection<KeyValuePair<string, EventCount>>, IEquatable<EventCounts>
{
    readonly string[] types;
    readonly EventCount[] counts;
    readonly EventCount totals;

    /// <summary>A table from its parts, whose totals are the sums over its types (unit: occurrence).</summary>
    /// <param name="entries">Type and count; each type once, counts ≥ 0. Types without any count are left out.</param>
    public EventCounts(IEnumerable<KeyValuePair<string, EventCount>> entries)
        : this(entries, totals: null)
    {
    }

    /// <summary>A table from its parts with its own totals: of user-days, which hold several types each.</summary>
    /// <param name="entries">Type and count; each type once, counts ≥ 0. Types without any count are left out.</param>
    /// <param name="totals">N_1 and N_0; null for the sums over types.</param>
    /// <exception cref="ArgumentException">A type appears twice or a count is negative.</exception>
    public EventCounts(IEnumerable<KeyValuePair<string, EventCount>> entries, EventCount? totals)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var sorted = entries.Where(static entry => entry.Value != default).OrderBy(static entry => entry.Key, StringComparer.Ordinal).ToArray();
        types = Array.ConvertAll(sorted, static entry => entry.Key);
        counts = Array.ConvertAll(sorted, static entry => entry.Value);
        this.totals = totals ?? Sum(counts);
        Check(types, counts, this.totals);
    }

    EventCounts(string[] types, EventCount[] counts, EventCount totals)
    {
        this.types = types;
        this.counts = counts;
        this.totals = totals;
    }

    /// <summary>The table of nothing seen.</summary>
    public static EventCounts Empty { get; } = new([], [], default);

    /// <summary>N_1: everything counted that a goal followed.</summary>
    public long GoalTotal => totals.Goal;

    /// <summary>N_0: everything counted that no goal followed.</summary>
    public long OtherTotal => totals.Other;

    /// <summary>Number of types with at least one count.</summary>
    public int Count => types.Length;

    /// <summary>The count of a type; (0, 0) for a type that was never counted.</summary>
    public EventCount this[string type] =>
        Array.BinarySearch(types, type, StringComparer.Ordinal) is var at and >= 0 ? counts[at] : default;

    /// <summary>The element-wise sum of two tables.</summary>
    public EventCounts Merge(EventCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Count == 0 ? other : other.Count == 0 ? this : Combine(this, other, +1);
    }

    /// <summary>This table without what another one added to it; undoes <see cref="Merge"/>.</summary>
    /// <exception cref="ArgumentException">The other table holds more of a type than this one.</exception>
    public EventCounts Subtract(EventCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var left = other.Count == 0 ? this : Combine(this, other, -1);
        Check(left.types, left.counts, left.totals);
        return left;
    }

    /// <summary>Types and counts, sorted ordinally by type.</summary>
    public IEnumerator<KeyValuePair<string, EventCount>> GetEnumerator()
    {
        for (var i = 0; i < types.Length; i++)
        {
            yield return new(types[i], counts[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Same types, same counts, same totals.</summary>
    public bool Equals(EventCounts? other) =>
        other is not null && totals == other.totals && types.AsSpan().SequenceEqual(other.types) && counts.AsSpan().SequenceEqual(other.counts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EventCounts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(totals, types.Length, types.Length == 0 ? 0 : types[0].GetHashCode(StringComparison.Ordinal));

    static EventCounts Combine(EventCounts a, EventCounts b, int sign)
    {
        var types = new List<string>(a.Count + b.Count);
        var counts = new List<EventCount>(a.Count + b.Count);
        for (int i = 0, j = 0; i < a.Count || j < b.Count;)
        {
            var order = i == a.Count ? 1 : j == b.Count ? -1 : string.CompareOrdinal(a.types[i], b.types[j]);
            var type = order <= 0 ? a.types[i] : b.types[j];
            var sum = Add(order <= 0 ? a.counts[i++] : default, order >= 0 ? b.counts[j++] : default, sign);
            if (sum != default)
            {
                types.Add(type);
                counts.Add(sum);
            }
        }

        return new([.. types], [.. counts], Add(a.totals, b.totals, sign));
    }

    static EventCount Add(EventCount a, EventCount b, int sign) => sign > 0 ? a + b : a - b;

    static EventCount Sum(EventCount[] counts)
    {
        var sum = default(EventCount);
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }

    static void Check(string[] types, EventCount[] counts, EventCount totals)
    {
        if (totals.Goal < 0 || totals.Other < 0)
        {
            throw new ArgumentException($"Totals of event counts must be ≥ 0; were {totals}. Was a table subtracted that was never merged?");
        }

        for (var i = 0; i < types.Length; i++)
        {
            if (counts[i].Goal < 0 || counts[i].Other < 0)
            {
                throw new ArgumentException($"Counts of \"{types[i]}\" must be ≥ 0; were {counts[i]}. Was a table subtracted that was never merged?");
            }

            if (i > 0 && types[i] == types[i - 1])
            {
                throw new ArgumentException($"Event type \"{types[i]}\" appears twice in one table; merge two tables instead.");
            }
        }
    }
}
