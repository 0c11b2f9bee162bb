using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Storage.Log;

/// <summary>
/// The packed form of log rows. A row is one version byte, segments, and XXH3 of all before it (8 bytes). A segment is written by one
/// caller: number of texts, the texts, number of events, the events. Numbers are LEB128; texts that repeat (tenant, agent, source,
/// name) are written once for each segment; times are differences.
/// </summary>
public static class EventPack
{
    /// <summary>Version of the form; the first byte of a row.</summary>
    public const byte Version = 1;

    /// <summary>A row is closed before it grows beyond this, a single event apart.</summary>
    public const int RowBytes = 128 << 10;

    const int TrustedFlag = 8, SkewedFlag = 16, MessageIdFlag = 32, KindMask = 7;
    static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>Writes one segment.</summary>
    /// <exception cref="EncoderFallbackException">A text holds half of a surrogate pair.</exception>
    public static void WriteSegment(IBufferWriter<byte> to, ReadOnlySpan<LoggedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(to);
        var (numbers, texts) = (new Dictionary<string, int>(events.Length + 8, StringComparer.Ordinal), new List<string>(events.Length + 8));
        var places = new (int Tenant, int Agent, int Source, int Name)[events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            var (one, before) = (events[i], i > 0 ? events[i - 1] : null);
            // Most texts are those of the event before, and the same object.
            places[i] = (
                ReferenceEquals(one.Tenant, before?.Tenant) ? places[i - 1].Tenant : Number(one.Tenant, numbers, texts),
                ReferenceEquals(one.Agent, before?.Agent) ? places[i - 1].Agent : Number(one.Agent, numbers, texts),
                ReferenceEquals(one.Source, before?.Source) ? places[i - 1].Source : Number(one.Source, numbers, texts),
                ReferenceEquals(one.Name, before?.Name) ? places[i - 1].Name : Number(one.Name, numbers, texts));
        }

        Leb128.Write(to, (ulong)texts.Count);
        foreach (var text in texts)
        {
            Write(to, text);
        }

        Leb128.Write(to, (ulong)events.Length);
        long received = 0;
        for (var i = 0; i < events.Length; i++)
        {
            var (one, place) = (events[i], places[i]);
            to.Write([(byte)((int)one.Kind | (one.Trusted ? TrustedFlag : 0) | (one.Skewed ? SkewedFlag : 0) | (one.MessageId is null ? 0 : MessageIdFlag))]);
            Leb128.Write(to, (ulong)place.Tenant);
            Leb128.Write(to, (ulong)place.Agent);
            Leb128.Write(to, (ulong)place.Source);
            Leb128.Write(to, (ulong)place.Name);
            Leb128.WriteSigned(to, one.ReceivedAt.UnixMilliseconds - received);
            Leb128.WriteSigned(to, one.ReceivedAt.UnixMilliseconds - one.OccurredAt.UnixMilliseconds);
            received = one.ReceivedAt.UnixMilliseconds;
            if (one.MessageId is { } id)
            {
                Write(to, id);
            }

            Leb128.Write(to, (ulong)one.Payload.Length);
            to.Write(one.Payload.Span);
        }
    }

    /// <summary>Reads a row. The payloads share its bytes.</summary>
    /// <exception cref="InvalidDataException">The row is damaged or of a later version.</exception>
    public static StoredEvent[] ReadRow(int partition, long first, int count, ReadOnlyMemory<byte> row)
    {
        var span = row.Span;
        if (span.Length < 1 + sizeof(ulong) || XxHash3.HashToUInt64(span[..^sizeof(ulong)]) != BinaryPrimitives.ReadUInt64BigEndian(span[^sizeof(ulong)..]))
        {
            throw new InvalidDataException($"The log row of partition {partition} at offset {first} is damaged: its hash does not match. Restore the directory from a backup.");
        }

        if (span[0] != Version)
        {
            throw new InvalidDataException($"The log row of partition {partition} at offset {first} has form {span[0]}; this release reads {Version}. Run the release that wrote it.");
        }

        var events = new StoredEvent[count];
        var cursor = new Cursor(row[1..^sizeof(ulong)]);
        var done = 0;
        while (!cursor.AtEnd)
        {
            var texts = new string[cursor.Length()];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = SharedTexts.Of(cursor.Bytes().Span);
            }

            var inSegment = cursor.Length();
            long received = 0;
            for (var i = 0; i < inSegment; i++, done++)
            {
                events[done] = new StoredEvent(partition, first + done, Read(ref cursor, texts, ref received));
            }
        }

        return done == count ? events : throw new InvalidDataException($"The log row of partition {partition} at offset {first} holds {done} events, not {count}.");
    }

    static LoggedEvent Read(ref Cursor cursor, string[] texts, ref long received)
    {
        int flags = cursor.Byte();
        var tenant = texts[cursor.Length()];
        var agent = texts[cursor.Length()];
        var source = texts[cursor.Length()];
        var name = texts[cursor.Length()];
        received += cursor.Signed();
        var occurred = received - cursor.Signed();
        return new LoggedEvent
        {
            Tenant = tenant,
            Agent = agent,
            Source = source,
            Trusted = (flags & TrustedFlag) != 0,
            Kind = (EventKind)(flags & KindMask),
            Name = name,
            MessageId = (flags & MessageIdFlag) != 0 ? cursor.Text() : null,
            OccurredAt = new Instant(occurred),
            ReceivedAt = new Instant(received),
            Skewed = (flags & SkewedFlag) != 0,
            Payload = cursor.Bytes(),
        };
    }

    static int Number(string text, Dictionary<string, int> numbers, List<string> texts)
    {
        if (!numbers.TryGetValue(text, out var number))
        {
            number = texts.Count;
            numbers.Add(text, number);
            texts.Add(text);
        }

        return number;
    }

    static void Write(IBufferWriter<byte> to, string text)
    {
        var length = Strict.GetByteCount(text);
        Leb128.Write(to, (ulong)length);
        Strict.GetBytes(text, to.GetSpan(length));
        to.Advance(length);
    }

    struct Cursor(ReadOnlyMemory<byte> rest)
    {
        ReadOnlyMemory<byte> rest = rest;

        public readonly bool AtEnd => rest.IsEmpty;

        public byte Byte()
        {
            var first = rest.Span[0];
            rest = rest[1..];
            return first;
        }

        public int Length() => checked((int)Leb128.Read(ref rest));

        public long Signed() => Leb128.ReadSigned(ref rest);

        public ReadOnlyMemory<byte> Bytes()
        {
            var length = Length();
            var bytes = rest[..length];
            rest = rest[length..];
            return bytes;
        }

        public string Text() => Encoding.UTF8.GetString(Bytes().Span);
    }
}
