using System.Collections.Immutable;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// 64-bit hashes of the message ids that arrived in the last 24 h, oldest first, at most 2,048: what the offset watermark cannot
/// know is a repeat, because a client sent it anew. Keyed by (source, message id) inside one user's agent, so that nobody can
/// suppress another user's event by using its id first.
/// </summary>
public sealed class DedupeWindow
{
    /// <summary>Most ids kept.</summary>
    public const int Limit = 2_048;

    /// <summary>How long an id is kept.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromHours(24);

    /// <summary>No id.</summary>
    public static DedupeWindow Empty { get; } = new([], false);

    readonly Dictionary<ulong, Instant> known;

    /// <summary>Rebuilds a window from its stored parts.</summary>
    /// <param name="entries">Ids with their arrival, oldest first.</param>
    /// <param name="degraded">Whether ids younger than 24 h had to be dropped.</param>
    public DedupeWindow(ImmutableArray<(ulong Id, Instant At)> entries, bool degraded)
    {
        Entries = entries;
        Degraded = degraded;
        known = new Dictionary<ulong, Instant>(entries.Length);
        foreach (var (id, at) in entries)
        {
            known[id] = at;
        }
    }

    /// <summary>Ids with their arrival, oldest first.</summary>
    public ImmutableArray<(ulong Id, Instant At)> Entries { get; }

    /// <summary>True once more than <see cref="Limit"/> ids came in 24 h: the oldest of them are no longer recognised.</summary>
    public bool Degraded { get; }

    /// <summary>The latest arrival: the 24 h count back from it, so that a log read days later is deduplicated as it would have been at once.</summary>
    public Instant Newest => Entries.IsEmpty ? Instant.Earliest : Entries[^1].At;

    /// <summary>Whether an id was seen in the window.</summary>
    public bool Contains(ulong id) => known.ContainsKey(id);

    /// <summary>When an id arrived last; <see cref="Instant.Earliest"/> if it did not.</summary>
    public Instant ArrivalOf(ulong id) => known.GetValueOrDefault(id, Instant.Earliest);

    /// <summary>The window after more ids came; those that arrived more than 24 h before the newest fall out.</summary>
    public DedupeWindow With(IReadOnlyList<(ulong Id, Instant At)> arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        var newest = Newest;
        foreach (var (_, at) in arrived)
        {
            newest = Instant.Max(newest, at);
        }

        var oldest = newest - Span;
        var kept = ImmutableArray.CreateBuilder<(ulong Id, Instant At)>(Entries.Length + arrived.Count);
        foreach (var entry in Entries)
        {
            if (entry.At >= oldest)
            {
                kept.Add(entry);
            }
        }

        foreach (var entry in arrived)
        {
            if (entry.At >= oldest)
            {
                kept.Add(entry);
            }
        }

        // Partitions and merged agents bring ids out of order; the oldest must go first, and cutting a slice differently must not show.
        kept.Sort(static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Id.CompareTo(b.Id));
        var surplus = kept.Count - Limit;
        if (surplus <= 0)
        {
            return new DedupeWindow(kept.ToImmutable(), Degraded);
        }

        kept.RemoveRange(0, surplus);
        return new DedupeWindow(kept.ToImmutable(), true);
    }
}
