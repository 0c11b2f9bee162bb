using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>One entry of a step's journal, before it is packed: an event by its fields, or anything else as JSON.</summary>
internal readonly struct JournalEntry
{
    // One a thread: a plan's entry takes a kilobyte, and every decision tells some.
    [ThreadStatic]
    static ArrayBufferWriter<byte>? written;

    [ThreadStatic]
    static Utf8JsonWriter? writer;

    /// <summary>UTF-8 JSON object; empty for an event.</summary>
    public ReadOnlyMemory<byte> Json { get; private init; }

    public long Sequence { get; private init; }

    public Instant At { get; private init; }

    public IncomingKind Kind { get; private init; }

    public string? MessageId { get; private init; }

    public string Name { get; private init; }

    public double? Value { get; private init; }

    public string Source { get; private init; }

    public Instant ReceivedAt { get; private init; }

    public string? DecisionId { get; private init; }

    public static JournalEntry Event(long sequence, in IncomingEvent e, EventFacts facts) => new()
    {
        Sequence = sequence,
        At = e.OccurredAt,
        Kind = e.Kind,
        MessageId = e.MessageId,
        Name = e.Name,
        Value = facts.Value,
        Source = e.Source,
        ReceivedAt = e.ReceivedAt,
        DecisionId = facts.DecisionId,
    };

    public static JournalEntry Told(long sequence, string kind, Instant at, ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var bytes = written ??= new ArrayBufferWriter<byte>(4_096);
        var json = writer ??= new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = Agents.Json.Compact.Encoder });
        bytes.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteNumber("seq"u8, sequence);
        json.WriteString("kind"u8, kind);
        json.WriteString("at"u8, at.ToString());
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                json.WritePropertyName(name);
                value.WriteTo(json, Agents.Json.Compact);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return new JournalEntry { Json = bytes.WrittenSpan.ToArray(), Sequence = sequence, At = at, Name = "", Source = "" };
    }

    public static JournalEntry Retold(long sequence, JsonObject entry) => new()
    {
        Json = JsonSerializer.SerializeToUtf8Bytes(entry, Agents.Json.Compact),
        Sequence = sequence,
        Name = "",
        Source = "",
    };

    /// <summary>What the next entry's differences count from: the number of this one, the moment of the event before it.</summary>
    public static JournalEntry After(in JournalEntry json, in JournalEntry last) => new() { Sequence = json.Sequence, At = last.At, Name = "", Source = "" };

    /// <summary>The entry as readers see it.</summary>
    public JsonObject ToJson()
    {
        if (!Json.IsEmpty)
        {
            return JsonNode.Parse(Json.Span)!.AsObject();
        }

        var entry = new JsonObject { ["seq"] = Sequence, ["kind"] = "event", ["at"] = At.ToString() };
        Put(entry, "messageId", MessageId);
        entry["type"] = Kind.ToString().ToLowerInvariant();
        Put(entry, "name", Name.Length > 0 ? Name : null);
        if (Value is { } value)
        {
            entry["value"] = value;
        }

        entry["source"] = Source;
        entry["receivedAt"] = ReceivedAt.ToString();
        Put(entry, "decisionId", DecisionId);
        return entry;
    }

    static void Put(JsonObject entry, string name, string? text)
    {
        if (text is not null)
        {
            entry[name] = text;
        }
    }

    const int Message = 8, Valued = 16, Decided = 32, Uuid = 64, KindMask = 7;

    /// <summary>Packs the entry behind another.</summary>
    public void Pack(PackedWriter w, in JournalEntry before)
    {
        w.Signed(Sequence - before.Sequence);
        if (!Json.IsEmpty)
        {
            w.Octet(0);
            w.Bytes(Json.Span);
            return;
        }

        var isUuid = Guid.TryParseExact(MessageId, "D", out var id) && SpellsBack(id, MessageId!);
        w.Octet((byte)((int)Kind | (MessageId is null ? 0 : isUuid ? Message | Uuid : Message) | (Value is null ? 0 : Valued) | (DecisionId is null ? 0 : Decided)));
        w.Signed(At.UnixMilliseconds - before.At.UnixMilliseconds);
        w.Signed(ReceivedAt.UnixMilliseconds - At.UnixMilliseconds);
        w.Text(Name);
        w.Text(Source);
        if (isUuid)
        {
            Span<byte> bytes = stackalloc byte[16];
            id.TryWriteBytes(bytes, bigEndian: true, out _);
            w.Raw(bytes);
        }
        else if (MessageId is not null)
        {
            w.Once(MessageId);
        }

        if (Value is { } value)
        {
            w.Number(value);
        }

        if (DecisionId is not null)
        {
            w.Once(DecisionId);
        }
    }

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    public static JournalEntry Unpack(ref PackedReader r, in JournalEntry before)
    {
        var sequence = before.Sequence + r.Signed();
        var flags = r.Octet();
        if (flags == 0)
        {
            return new JournalEntry { Json = r.Bytes().ToArray(), Sequence = sequence, At = before.At, Name = "", Source = "" };
        }

        var at = new Instant(before.At.UnixMilliseconds + r.Signed());
        return new JournalEntry
        {
            Sequence = sequence,
            Kind = (IncomingKind)(flags & KindMask),
            At = at,
            ReceivedAt = new Instant(at.UnixMilliseconds + r.Signed()),
            Name = r.Text(),
            Source = r.Text(),
            MessageId = (flags & Message) == 0 ? null : (flags & Uuid) == 0 ? r.Once() : new Guid(r.Raw(16), bigEndian: true).ToString(),
            Value = (flags & Valued) == 0 ? null : r.Number(),
            DecisionId = (flags & Decided) == 0 ? null : r.Once(),
        };
    }

    // Capital letters and the like must come back as they were sent.
    static bool SpellsBack(Guid id, string text)
    {
        Span<char> spelt = stackalloc char[36];
        return id.TryFormat(spelt, out var length) && text.AsSpan().SequenceEqual(spelt[..length]);
    }
}
