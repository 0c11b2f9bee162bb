using System.Globalization;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>One pass over an event: its top-level fields, and every rule that its content must obey before it may stand in the log.</summary>
internal ref struct EventScan
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most properties, over all levels.</summary>
    public const int MaxProperties = 256;

    /// <summary>Longest string, in bytes.</summary>
    public const int MaxText = 8_192;

    int properties;
    ReadOnlySpan<byte> name;
    bool isNamed, isEscaped;

    public string? Type { get; private set; }

    public string? UserId { get; private set; }

    public string? AnonymousId { get; private set; }

    public string? PreviousId { get; private set; }

    public string? Event { get; private set; }

    public string? MessageId { get; private set; }

    public string? Timestamp { get; private set; }

    public string? OriginalTimestamp { get; private set; }

    public string? SentAt { get; private set; }

    public string? WriteKey { get; private set; }

    /// <summary>The first broken rule; null when there is none.</summary>
    public (DeadReason Reason, string Detail)? Fault { get; private set; }

    public static EventScan Of(ReadOnlySpan<byte> json)
    {
        var scan = new EventScan();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = EventBatch.MaxDepth });
        scan.Read(ref reader);
        scan.name = default;
        return scan;
    }

    void Read(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            if (reader.CurrentDepth > MaxDepth)
            {
                Break(DeadReason.PropertyDepth, $"An event may be nested {MaxDepth} deep; this one is deeper.");
                return;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    properties++;
                    if (properties > MaxProperties)
                    {
                        Break(DeadReason.SchemaViolation, $"An event may have {MaxProperties} properties over all levels; this one has more.");
                        return;
                    }

                    CheckText(ref reader, isName: true);
                    isNamed = reader.CurrentDepth == 1;
                    name = isNamed ? reader.ValueSpan : default;
                    isEscaped = reader.ValueIsEscaped;
                    break;
                case JsonTokenType.String:
                    CheckText(ref reader, isName: false);
                    if (Fault is null && reader.CurrentDepth == 1 && isNamed)
                    {
                        Take(ref reader);
                    }

                    break;
                case JsonTokenType.True or JsonTokenType.False or JsonTokenType.StartObject or JsonTokenType.StartArray
                    when reader.CurrentDepth == 1 && IsTime:
                    Break(DeadReason.BadTimestamp, $"{Name} must be text in RFC 3339, such as 2026-11-24T09:00:00.000Z; it is {(reader.TokenType is JsonTokenType.StartObject ? "an object" : reader.TokenType is JsonTokenType.StartArray ? "an array" : "a truth value")}.");
                    break;
                case JsonTokenType.Number:
                    if (!reader.TryGetDouble(out var number) || !double.IsFinite(number))
                    {
                        Break(DeadReason.SchemaViolation, $"{Name ?? "A number"} must be a finite number of double precision.");
                    }
                    else if (reader.CurrentDepth == 1 && isNamed)
                    {
                        Take(Name!, reader.TryGetInt64(out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture));
                    }

                    break;
            }

            if (Fault is not null)
            {
                return;
            }
        }
    }

    // The last name of the event's own level; null inside of anything else.
    readonly string? Name => !isNamed ? null : isEscaped ? Unescaped() : Encoding.UTF8.GetString(name);

    readonly bool IsTime => isNamed && (isEscaped
        ? Unescaped() is "timestamp" or "originalTimestamp" or "sentAt"
        : name.SequenceEqual("timestamp"u8) || name.SequenceEqual("originalTimestamp"u8) || name.SequenceEqual("sentAt"u8));

    readonly string Unescaped()
    {
        var reader = new Utf8JsonReader([(byte)'"', .. name, (byte)'"']);
        reader.Read();
        return reader.GetString()!;
    }

    // Only what an event is known by becomes a text of its own; the rest of it is checked and stays where it is.
    void Take(ref Utf8JsonReader reader)
    {
        if (isEscaped)
        {
            Take(Name!, reader.GetString());
            return;
        }

        switch (name.Length)
        {
            case 4 when name.SequenceEqual("type"u8): Type = TextOf(ref reader); break;
            case 5 when name.SequenceEqual("event"u8): Event = TextOf(ref reader); break;
            case 6 when name.SequenceEqual("userId"u8): UserId = reader.GetString(); break;
            case 6 when name.SequenceEqual("sentAt"u8): SentAt = reader.GetString(); break;
            case 8 when name.SequenceEqual("writeKey"u8): WriteKey = TextOf(ref reader); break;
            case 9 when name.SequenceEqual("messageId"u8): MessageId = reader.GetString(); break;
            case 9 when name.SequenceEqual("timestamp"u8): Timestamp = reader.GetString(); break;
            case 10 when name.SequenceEqual("previousId"u8): PreviousId = reader.GetString(); break;
            case 11 when name.SequenceEqual("anonymousId"u8): AnonymousId = reader.GetString(); break;
            case 17 when name.SequenceEqual("originalTimestamp"u8): OriginalTimestamp = reader.GetString(); break;
        }
    }

    // What many events have in common is one object for all.
    static string? TextOf(ref Utf8JsonReader reader) => reader.ValueIsEscaped ? reader.GetString() : SharedTexts.Of(reader.ValueSpan);

    void Take(string name, string? value)
    {
        switch (name)
        {
            case "type": Type = value; break;
            case "userId": UserId = value; break;
            case "anonymousId": AnonymousId = value; break;
            case "previousId": PreviousId = value; break;
            case "event": Event = value; break;
            case "messageId": MessageId = value; break;
            case "timestamp": Timestamp = value; break;
            case "originalTimestamp": OriginalTimestamp = value; break;
            case "sentAt": SentAt = value; break;
            case "writeKey": WriteKey = value; break;
        }
    }

    void CheckText(ref Utf8JsonReader reader, bool isName)
    {
        if (reader.ValueSpan.Length > MaxText)
        {
            Break(DeadReason.SchemaViolation, $"{(isName ? "a property name" : Name ?? "a string")} may have {MaxText} bytes; it has {reader.ValueSpan.Length}.");
        }
        else if (reader.ValueIsEscaped && !IsText(ref reader))
        {
            Break(DeadReason.SchemaViolation, $"{(isName ? "a property name" : Name ?? "a string")} holds half of a surrogate pair; it is no Unicode text.");
        }
    }

    // Escapes like \ud800 alone parse as JSON and are no text. Bytes were looked at when the request was cut.
    static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    void Break(DeadReason reason, string detail) => Fault ??= (reason, detail);
}
