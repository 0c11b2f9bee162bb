using System.Collections.Immutable;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>What was known about delivery and ingestion when an effect is measured; the default is that all went well and all has arrived.</summary>
public sealed record Circumstances
{
    /// <summary>The share of a window that an outage may cover: one tenth.</summary>
    public const double LargestGap = 0.1;

    /// <summary>Everything delivered, everything arrived.</summary>
    public static Circumstances Complete { get; } = new();

    /// <summary>W: moment up to which the user's events are believed complete (now − grace).</summary>
    public Instant Watermark { get; init; } = Instant.Latest;

    /// <summary>Whether the channel refused the message.</summary>
    public bool Refused { get; init; }

    /// <summary>Outages of ingestion.</summary>
    public ImmutableArray<Window> IngestGaps { get; init; } = [];

    /// <summary>Whether outages cover more than <see cref="LargestGap"/> of a window. Overlapping outages count once.</summary>
    internal bool TooLittleOf(Window window)
    {
        if (IngestGaps.IsDefaultOrEmpty)
        {
            return false;
        }

        long covered = 0;
        var reached = window.Start;
        foreach (var gap in IngestGaps.Sort(static (a, b) => a.Start.CompareTo(b.Start)))
        {
            var from = Instant.Max(gap.Start, reached);
            var to = Instant.Min(gap.End, window.End);
            if (to > from)
            {
                covered += to.UnixMilliseconds - from.UnixMilliseconds;
                reached = to;
            }
        }

        return covered > LargestGap * window.Length.TotalMilliseconds;
    }
}
