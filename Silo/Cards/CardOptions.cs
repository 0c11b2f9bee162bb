using System.ComponentModel.DataAnnotations;

namespace Aampe.Agents.Silo.Cards;

/// <summary>Streams of cards; section <c>Cards</c>.</summary>
public sealed class CardOptions
{
    /// <summary>Streams that may be open on this silo; one more is answered with 503.</summary>
    [Range(0, 100_000)]
    public int Streams { get; set; } = 1_000;

    /// <summary>Streams that may be open on this silo for one user; one more is answered with 429.</summary>
    [Range(1, 100)]
    public int StreamsPerUser { get; set; } = 8;

    /// <summary>Seconds between signs of life on a stream: shorter than what a proxy takes for dead. A token that has ended is noticed then.</summary>
    [Range(1, 120)]
    public int HeartbeatSeconds { get; set; } = 15;
}
