namespace Aampe.Agents.Core.Effects;

/// <summary>
/// The candidates of one pool at one moment, for many treated users that are measured against it one after another: nearly all of them have the same
/// past that counts, and what the others were like before the moment need not be found out for each anew.
/// </summary>
/// <remarks>One pool, one moment, one set of options but for <see cref="EffectOptions.Adjust"/>; for one thread.</remarks>
sealed class SharedCandidates
{
    readonly Dictionary<(TimeSpan Length, bool Counted, BaselineDays Days, bool Reached, bool Roused), CandidateRows> known = [];

    /// <summary>The rows of the pool without those of the treated user.</summary>
    public CandidateRows Of(ReadOnlySpan<ControlUser> pool, in Before before, ulong? treated)
    {
        var key = (before.Length, before.Counted, before.Days, before.Reached, before.Roused);
        if (!known.TryGetValue(key, out var rows))
        {
            known.Add(key, rows = CandidateRows.Of(pool, before, null));
        }

        return treated is { } own ? rows.Without(own) : rows;
    }
}
