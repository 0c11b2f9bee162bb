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

    /// <summary>Most new ids that are kept beside the others: a slice copies no more than these.</summary>
    const int MostFresh = 32;

    // Swapped as a whole when somebody asks for all ids as one run; what it holds never changes.
    Parts parts;

    /// <summary>Rebuilds a window from its stored parts.</summary>
    /// <param name="entries">Ids with their arrival, oldest first.</param>
    /// <param name="degraded">Whether ids younger than 24 h had to be dropped.</param>
    public DedupeWindow(ImmutableArray<(ulong Id, Instant At)> entries, bool degraded)
        : this([.. entries.Select(entry => entry.Id)], [.. entries.Select(entry => entry.At.UnixMilliseconds)], degraded)
    {
    }

    /// <summary>A window of its columns, which nobody changes from now on.</summary>
    internal DedupeWindow(ulong[] ids, long[] times, bool degraded)
        : this(new Parts(new Run(ids, times), 0, Run.Empty), degraded)
    {
    }

    DedupeWindow(Parts parts, bool degraded) => (this.parts, Degraded) = (parts, degraded);

    /// <summary>Ids with their arrival, oldest first.</summary>
    public ImmutableArray<(ulong Id, Instant At)> Entries => [.. Whole().Ids.Zip(Whole().Times, (id, at) => (id, new Instant(at)))];

    /// <summary>The ids, oldest first.</summary>
    internal ReadOnlySpan<ulong> Ids => Whole().Ids;

    /// <summary>Their arrivals, in milliseconds.</summary>
    internal ReadOnlySpan<long> Times => Whole().Times;

    /// <summary>True once more than <see cref="Limit"/> ids came in 24 h: the oldest of them are no longer recognised.</summary>
    public bool Degraded { get; }

    /// <summary>The latest arrival: the 24 h count back from it, so that a log read days later is deduplicated as it would have been at once.</summary>
    public Instant Newest => parts.Newest is { } newest ? new Instant(newest) : Instant.Earliest;

    /// <summary>Whether an id was seen in the window.</summary>
    public bool Contains(ulong id) => ArrivalOf(id) != Instant.Earliest;

    /// <summary>When an id arrived last; <see cref="Instant.Earliest"/> if it did not.</summary>
    public Instant ArrivalOf(ulong id) => parts.ArrivalOf(id) is { } at ? new Instant(at) : Instant.Earliest;

    /// <summary>The window after more ids came; those that arrived more than 24 h before the newest fall out.</summary>
    public DedupeWindow With(IReadOnlyList<(ulong Id, Instant At)> arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        var newest = Newest;
        foreach (var (_, at) in arrived)
        {
            newest = Instant.Max(newest, at);
        }

        // Partitions and merged agents bring ids out of order; the oldest must go first, and cutting a slice differently must not show.
        var next = parts.With(Run.Of(arrived));
        var oldest = (newest - Span).UnixMilliseconds;
        var gone = 0;
        while (gone < next.Count && next.TimeOf(gone) < oldest)
        {
            gone++;
        }

        var surplus = Math.Max(0, next.Count - gone - Limit);
        return new DedupeWindow(next.Without(gone + surplus), Degraded || surplus > 0);
    }

    Run Whole()
    {
        var now = parts;
        if (now.First > 0 || now.Fresh.Length > 0)
        {
            parts = now = new Parts(Run.Joined(now.Kept.From(now.First), now.Fresh), 0, Run.Empty);
        }

        return now.Kept;
    }

    /// <summary>Two sorted runs, of which only the second, short one is copied when ids come, as they mostly do, after all that are kept.</summary>
    sealed record Parts(Run Kept, int First, Run Fresh)
    {
        public int Count => Kept.Length - First + Fresh.Length;

        public long? Newest => Fresh.Length > 0 ? Fresh.Times[^1] : Kept.Length > First ? Kept.Times[^1] : null;

        public long TimeOf(int at) => First + at < Kept.Length ? Kept.Times[First + at] : Fresh.Times[First + at - Kept.Length];

        public long? ArrivalOf(ulong id) =>
            Fresh.Ids.AsSpan().LastIndexOf(id) is >= 0 and var late ? Fresh.Times[late]
            : Kept.Ids.AsSpan(First).LastIndexOf(id) is >= 0 and var early ? Kept.Times[First + early] : null;

        public Parts With(in Run arrived)
        {
            var fresh = Run.Joined(Fresh, arrived);
            return fresh.Length <= MostFresh && (First == Kept.Length || Run.IsInOrder(Kept, Kept.Length - 1, fresh, 0))
                ? this with { Fresh = fresh }
                : new Parts(Run.Joined(Kept.From(First), fresh), 0, Run.Empty);
        }

        public Parts Without(int oldest) =>
            oldest == 0 ? this : First + oldest <= Kept.Length ? this with { First = First + oldest } : new Parts(Fresh.From(First + oldest - Kept.Length), 0, Run.Empty);
    }

    /// <summary>Ids by arrival, then id. Two columns: an id is looked for by scanning the ids, eight at a time; a hash table of them would be four times as large.</summary>
    readonly record struct Run(ulong[] Ids, long[] Times)
    {
        public static Run Empty { get; } = new([], []);

        public int Length => Ids.Length;

        public Run From(int first) => first == 0 ? this : new(Ids[first..], Times[first..]);

        public static Run Of(IReadOnlyList<(ulong Id, Instant At)> arrived)
        {
            var run = new Run(new ulong[arrived.Count], new long[arrived.Count]);
            for (var i = 0; i < arrived.Count; i++)
            {
                (run.Ids[i], run.Times[i]) = (arrived[i].Id, arrived[i].At.UnixMilliseconds);
            }

            for (var i = 1; i < run.Length; i++)
            {
                if (!IsInOrder(run, i - 1, run, i))
                {
                    var order = run.Times.Zip(run.Ids, (at, id) => (at, id)).Order().ToArray();
                    return new(Array.ConvertAll(order, one => one.id), Array.ConvertAll(order, one => one.at));
                }
            }

            return run;
        }

        public static bool IsInOrder(in Run one, int at, in Run other, int after) =>
            one.Times[at] < other.Times[after] || (one.Times[at] == other.Times[after] && one.Ids[at] <= other.Ids[after]);

        public static Run Joined(in Run kept, in Run arrived)
        {
            var all = new Run(new ulong[kept.Length + arrived.Length], new long[kept.Length + arrived.Length]);
            var (left, right) = (kept.Length, arrived.Length);
            while (right > 0 && left > 0)
            {
                var (from, at) = IsInOrder(kept, left - 1, arrived, right - 1) ? (arrived, --right) : (kept, --left);
                (all.Ids[left + right], all.Times[left + right]) = (from.Ids[at], from.Times[at]);
            }

            Array.Copy(kept.Ids, all.Ids, left);
            Array.Copy(kept.Times, all.Times, left);
            Array.Copy(arrived.Ids, all.Ids, right);
            Array.Copy(arrived.Times, all.Times, right);
            return all;
        }
    }
}
