using System.Runtime.InteropServices;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>
/// Hashes of (source, agent, message id) that this silo has made durable in the last 24 h. A repeat of one of them is counted and dropped at the
/// door; agents catch all others, so forgetting here loses nothing.
/// </summary>
public sealed class RecentIds(int limit)
{
    readonly Lock sync = new();
    readonly Dictionary<ulong, Instant> known = [];
    readonly Queue<ulong> order = new();

    /// <summary>Whether an id is known to be durable, and came less than 24 h ago.</summary>
    public bool Contains(ulong id, Instant now)
    {
        lock (sync)
        {
            return known.TryGetValue(id, out var at) && at >= now - DedupeWindow.Span;
        }
    }

    /// <summary>Notes ids whose events are durable.</summary>
    public void Add(IEnumerable<ulong> ids, Instant now)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (limit == 0)
        {
            return;
        }

        lock (sync)
        {
            foreach (var id in ids)
            {
                ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(known, id, out var isKnown);
                at = now;
                if (!isKnown)
                {
                    order.Enqueue(id);
                }

                if (order.Count > limit)
                {
                    known.Remove(order.Dequeue());
                }
            }
        }
    }
}
