using System.Globalization;
using System.Text.Json;

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
        return scan;
    }

    void Read(ref Utf8JsonReader reader)
    {
        string? name = null;
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

                    var text = Text(ref reader, "a property name");
                    name = reader.CurrentDepth == 1 ? text : null;
                    break;
                case JsonTokenType.String:
                    var value = Text(ref reader, name ?? "a string");
                    if (reader.CurrentDepth == 1 && name is not null)
                    {
                        Take(name, value);
                    }

                    break;
                case JsonTokenType.True or JsonTokenType.False or JsonTokenType.StartObject or JsonTokenType.StartArray
                    when name is "timestamp" or "originalTimestamp" or "sentAt" && reader.CurrentDepth == 1:
                    Break(DeadReason.BadTimestamp, $"{name} must be text in RFC 3339, such as 2026-11-24T09:00:00.000Z; it is {(reader.TokenType is JsonTokenType.StartObject ? "an object" : reader.TokenType is JsonTokenType.StartArray ? "an array" : "a truth value")}.");
                    break;
                case JsonTokenType.Number:
                    if (!reader.TryGetDouble(out var number) || !double.IsFinite(number))
                    {
                        Break(DeadReason.SchemaViolation, $"{name ?? "A number"} must be a finite number of double precision.");
                    }
                    else if (reader.CurrentDepth == 1 && name is not null)
                    {
                        Take(name, reader.TryGetInt64(out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture));
                    }

                    break;
            }

            if (Fault is not null)
            {
                return;
            }
        }
    }

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

    string? Text(ref Utf8JsonReader reader, string what)
    {
        if (reader.ValueSpan.Length > MaxText)
        {
            Break(DeadReason.SchemaViolation, $"{what} may have {MaxText} bytes; it has {reader.ValueSpan.Length}.");
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Escapes like \ud800 alone parse as JSON and are no text.
            Break(DeadReason.SchemaViolation, $"{what} holds half of a surrogate pair; it is no Unicode text.");
            return null;
        }
    }

    void Break(DeadReason reason, string detail) => Fault ??= (reason, detail);
}
