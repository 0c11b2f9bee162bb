using System.ComponentModel.DataAnnotations;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>Limits of ingest; section <c>Ingest</c>.</summary>
public sealed class IngestOptions
{
    /// <summary>Largest request after inflation; Segment's own limit.</summary>
    [Range(32_768, 16_777_216)]
    public int RequestBytes { get; set; } = 512_000;

    /// <summary>Largest single event; Segment's own limit.</summary>
    [Range(1_024, 1_048_576)]
    public int EventBytes { get; set; } = 32_768;

    /// <summary>Most events a batch.</summary>
    [Range(1, 10_000)]
    public int BatchEvents { get; set; } = 2_500;

    /// <summary>Most bytes of requests in memory at once: beyond it the answer is 429, not a queue (R13).</summary>
    [Range(1_048_576, 1_073_741_824)]
    public long InFlightBytes { get; set; } = 64 * 1_048_576;

    /// <summary>Message ids that this silo remembers, to count repeats at the door; agents have the last word.</summary>
    [Range(0, 10_000_000)]
    public int RecentIds { get; set; } = 200_000;
}
