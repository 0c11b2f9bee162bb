using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Events;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>What the joint model counts of a day: so much for each event of a type. Types that are not named count nothing.</summary>
public sealed class DailyOutcome
{
    /// <summary>An outcome of values per event.</summary>
    /// <param name="values">Value of one event of a type, &gt; 0; at least one type.</param>
    public DailyOutcome(ImmutableSortedDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.IsEmpty)
        {
            throw new ArgumentException("An outcome counts at least one event type.", nameof(values));
        }

        Values = values;
        Key = StableHash.Of([.. values.Select(pair => $"{pair.Key}={Require.Positive(pair.Value).ToString("R", CultureInfo.InvariantCulture)}")]);
    }

    /// <summary>Value of one event of a type.</summary>
    public ImmutableSortedDictionary<string, double> Values { get; }

    /// <summary>Hash of types and values: statistics of another outcome are another thing.</summary>
    public ulong Key { get; }

    /// <summary>The number of events of one type.</summary>
    public static DailyOutcome Of(string type) => new(ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal).Add(type, 1));

    /// <summary>Sum over the events of a day.</summary>
    public double Of(ReadOnlySpan<UserEvent> events)
    {
        var sum = 0.0;
        foreach (ref readonly var e in events)
        {
            sum += Values.GetValueOrDefault(e.Type);
        }

        return sum;
    }
}
