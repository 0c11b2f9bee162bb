namespace Aampe.Agents.Storage.Kafka;

/// <summary>
/// Place of an event in a partition whose messages hold several events. Each message has 4,096 numbers and its events take the last
/// ones, so that the number behind its newest event is the first of the next message: an end or a cursor is known without a look
/// into a message.
/// </summary>
internal static class KafkaOffset
{
    const int Bits = 12;

    /// <summary>Most events of one message.</summary>
    public const int MostEvents = 1 << Bits;

    /// <summary>Highest offset of Kafka that has a place.</summary>
    public const long MostMessages = long.MaxValue >> Bits;

    /// <summary>Offset of the first event of a message that holds <paramref name="count"/>.</summary>
    public static long First(long message, int count) => (message + 1 << Bits) - count;

    /// <summary>Offset before all events of a message, and behind all of the one before it.</summary>
    public static long Before(long message) => message << Bits;

    /// <summary>Message in which an event with this offset or a later one is to be looked for.</summary>
    public static long MessageOf(long offset) => offset >> Bits;
}
