namespace Aampe.Agents.Silo.Ingest;

/// <summary>
/// Hashes of (source, agent, message id) that this silo has made durable lately. A repeat of one of them is counted and dropped at the door; agents
/// catch all others, so forgetting here loses nothing.
/// </summary>
public sealed class RecentIds(int limit)
{
    readonly Lock sync = new();
    readonly HashSet<ulong> known = [];
    readonly Queue<ulong> order = new();

    /// <summary>Whether an id is known to be durable.</summary>
    public bool Contains(ulong id)
    {
        lock (sync)
        {
            return known.Contains(id);
        }
    }

    /// <summary>Notes ids whose events are durable.</summary>
    public void Add(IEnumerable<ulong> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        lock (sync)
        {
            foreach (var id in ids)
            {
                if (limit > 0 && known.Add(id))
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
