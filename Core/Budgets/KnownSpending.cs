using System.Collections.Immutable;

namespace Aampe.Agents.Core.Budgets;

/// <summary>
/// What a silo has heard of what is spent; the ledger alone knows. It serves to choose nothing that cannot be paid any more and to say so: an older figure
/// costs a question to the ledger, or a message that would have been paid a second later, and never more money than there is.
/// </summary>
public sealed class KnownSpending
{
    ImmutableDictionary<SpendingSlot, decimal> newest = ImmutableDictionary<SpendingSlot, decimal>.Empty;

    /// <summary>Spent by budget and period; nothing is spent of what is not there.</summary>
    public ImmutableDictionary<SpendingSlot, decimal> Newest => Volatile.Read(ref newest);

    /// <summary>Some figures are newer.</summary>
    public void Learn(IEnumerable<KeyValuePair<SpendingSlot, decimal>> spent)
    {
        ArgumentNullException.ThrowIfNull(spent);
        ImmutableInterlocked.Update(ref newest, static (known, heard) => known.SetItems(heard), spent);
    }

    /// <summary>All figures as they are now.</summary>
    public void Replace(IEnumerable<KeyValuePair<SpendingSlot, decimal>> spent)
    {
        ArgumentNullException.ThrowIfNull(spent);
        Volatile.Write(ref newest, spent.ToImmutableDictionary());
    }
}
