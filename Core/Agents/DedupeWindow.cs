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

    // Two columns: an id is looked for by scanning the ids, 16 KB at most, eight at a time; a hash table of them would be four times as large.
    readonly ulong[] ids;
    readonly long[] times;

    /// <summary>Rebuilds a window from its stored parts.</summary>
    /// <param name="entries">Ids with their arrival, oldest first.</param>
    /// <param name="degraded">Whether ids younger than 24 h had to be dropped.</param>
    public DedupeWindow(ImmutableArray<(ulong Id, Instant At)> entries, bool degraded)
        : this([.. entries.Select(entry => entry.Id)], [.. entries.Select(entry => entry.At.UnixMilliseconds)], degraded)
    {
    }

    /// <summary>A window of its columns, which nobody changes from now on.</summary>
    internal DedupeWindow(ulong[] ids, long[] times, bool degraded) => (this.ids, this.times, Degraded) = (ids, times, degraded);

    /// <summary>Ids with their arrival, oldest first.</summary>
    public ImmutableArray<(ulong Id, Instant At)> Entries => [.. ids.Zip(times, (id, at) => (id, new Instant(at)))];

    /// <summary>The ids, oldest first.</summary>
    internal ReadOnlySpan<ulong> Ids => ids;

    /// <summary>Their arrivals, in milliseconds.</summary>
    internal ReadOnlySpan<long> Times => times;

    /// <summary>True once more than <see cref="Limit"/> ids came in 24 h: the oldest of them are no longer recognised.</summary>
    public bool Degraded { get; }

    /// <summary>The latest arrival: the 24 h count back from it, so that a log read days later is deduplicated as it would have been at once.</summary>
    public Instant Newest => times.Length == 0 ? Instant.Earliest : new Instant(times[^1]);

    /// <summary>Whether an id was seen in the window.</summary>
    public bool Contains(ulong id) => ids.AsSpan().Contains(id);

    /// <summary>When an id arrived last; <see cref="Instant.Earliest"/> if it did not.</summary>
    public Instant ArrivalOf(ulong id) => ids.AsSpan().LastIndexOf(id) is >= 0 and var at ? new Instant(times[at]) : Instant.Earliest;

    /// <summary>The window after more ids came; those that arrived more than 24 h before the newest fall out.</summary>
    public DedupeWindow With(IReadOnlyList<(ulong Id, Instant At)> arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        var newest = Newest;
        foreach (var (_, at) in arrived)
        {
            newest = Instant.Max(newest, at);
        }

        var oldest = (newest - Span).UnixMilliseconds;
        var (newIds, newTimes, count) = (new ulong[ids.Length + arrived.Count], new long[ids.Length + arrived.Count], 0);
        for (var i = 0; i < ids.Length; i++)
        {
            if (times[i] >= oldest)
            {
                (newIds[count], newTimes[count]) = (ids[i], times[i]);
                count++;
            }
        }

        var kept = count;
        foreach (var (id, at) in arrived)
        {
            if (at.UnixMilliseconds >= oldest)
            {
                (newIds[count], newTimes[count]) = (id, at.UnixMilliseconds);
                count++;
            }
        }

        // Partitions and merged agents bring ids out of order; the oldest must go first, and cutting a slice differently must not show.
        Sort(newIds, newTimes, kept, count);
        var surplus = Math.Max(0, count - Limit);
        return surplus == 0 && count == newIds.Length
            ? new DedupeWindow(newIds, newTimes, Degraded)
            : new DedupeWindow(newIds[surplus..count], newTimes[surplus..count], Degraded || surplus > 0);
    }

    // By arrival, then id. What came before is sorted, and mostly earlier than what came now: each new id moves past the few that came with it.
    static void Sort(ulong[] ids, long[] times, int sorted, int count)
    {
        const int Few = 64;
        if (count - sorted > Few)
        {
            var order = times.AsSpan(0, count).ToArray().Zip(ids, (at, id) => (at, id)).Order().ToArray();
            for (var k = 0; k < count; k++)
            {
                (times[k], ids[k]) = order[k];
            }

            return;
        }

        for (var i = Math.Max(1, sorted); i < count; i++)
        {
            var (at, id, to) = (times[i], ids[i], i);
            while (to > 0 && (times[to - 1] > at || (times[to - 1] == at && ids[to - 1] > id)))
            {
                to--;
            }

            if (to < i)
            {
                Array.Copy(times, to, times, to + 1, i - to);
                Array.Copy(ids, to, ids, to + 1, i - to);
                (times[to], ids[to]) = (at, id);
            }
        }
    }
}
