using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>The dedupe window while a slice goes through it.</summary>
internal sealed class SliceIds(DedupeWindow window, int most)
{
    // So few are found faster by looking at each.
    const int Few = 16;
    readonly List<(ulong Id, Instant At)> fresh = new(most);
    readonly Dictionary<ulong, Instant>? known = most > Few ? new(most) : null;
    Instant newest = window.Newest;

    /// <summary>Takes an id in, unless it arrived in the 24 h before.</summary>
    public bool TryAdd(ulong id, Instant received)
    {
        var arrived = Instant.Max(window.ArrivalOf(id), Lately(id));
        if (arrived != Instant.Earliest && arrived >= Instant.Max(newest, received) - DedupeWindow.Span)
        {
            return false;
        }

        newest = Instant.Max(newest, received);
        fresh.Add((id, received));
        if (known is not null)
        {
            known[id] = received;
        }

        return true;
    }

    /// <summary>The window after the slice.</summary>
    public DedupeWindow Window() => fresh.Count > 0 ? window.With(fresh) : window;

    Instant Lately(ulong id)
    {
        if (known is not null)
        {
            return known.GetValueOrDefault(id, Instant.Earliest);
        }

        for (var i = fresh.Count - 1; i >= 0; i--)
        {
            if (fresh[i].Id == id)
            {
                return fresh[i].At;
            }
        }

        return Instant.Earliest;
    }
}
