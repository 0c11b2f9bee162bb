using System.Text.Json;
using System.Text.Unicode;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>A request cut into its events. The cut reads everything once, so what comes after it is known to be JSON.</summary>
internal sealed class EventBatch
{
    /// <summary>Deepest nesting that is cut: no request is long enough for more, so a deep event is put aside alone and takes no other with it.</summary>
    public const int MaxDepth = 10_000_000;

    /// <summary>The events, as sent.</summary>
    public List<ReadOnlyMemory<byte>> Events { get; } = [];

    /// <summary>sentAt of the request.</summary>
    public string? SentAt { get; private set; }

    /// <summary>writeKey of the body.</summary>
    public string? WriteKey { get; private set; }

    /// <summary>Cuts <c>{"batch": […], "sentAt": …, "writeKey": …}</c>.</summary>
    /// <exception cref="JsonException">It is not that; line and position say where.</exception>
    public static EventBatch Cut(ReadOnlyMemory<byte> body)
    {
        var batch = new EventBatch();
        var reader = Begin(body, JsonTokenType.StartObject, "an object with a \"batch\" array");
        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            reader.Read();
            if (name == "batch")
            {
                batch.TakeArray(body, ref reader);
                found = true;
            }
            else if (name is "sentAt" or "writeKey" && reader.TokenType == JsonTokenType.String)
            {
                (batch.SentAt, batch.WriteKey) = name == "sentAt" ? (Text(ref reader), batch.WriteKey) : (batch.SentAt, Text(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }

        End(ref reader);
        return found ? batch : throw new JsonException("The body must have a \"batch\" array.", null, 0, 0);
    }

    /// <summary>Takes the whole body as one event.</summary>
    /// <exception cref="JsonException">It is not one JSON object.</exception>
    public static EventBatch Single(ReadOnlyMemory<byte> body)
    {
        var batch = new EventBatch();
        var reader = Begin(body, JsonTokenType.StartObject, "one event object");
        reader.Skip();
        End(ref reader);
        batch.Events.Add(body);
        return batch;
    }

    /// <summary>Cuts a JSON array, or lines of JSON.</summary>
    /// <exception cref="JsonException">It is neither.</exception>
    public static EventBatch List(ReadOnlyMemory<byte> body)
    {
        var batch = new EventBatch();
        var start = body.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (start >= 0 && body.Span[start] == (byte)'[')
        {
            var array = Begin(body, JsonTokenType.StartArray, "an array of events");
            batch.TakeArray(body, ref array);
            End(ref array);
            return batch;
        }

        var line = 0L;
        for (var at = 0; at < body.Length; line++)
        {
            var length = body.Span[at..].IndexOf((byte)'\n');
            var one = length < 0 ? body[at..] : body.Slice(at, length);
            at += one.Length + 1;
            if (one.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            try
            {
                batch.Events.AddRange(Single(one).Events);
            }
            catch (JsonException error)
            {
                throw new JsonException(error.Message, null, line, error.BytePositionInLine);
            }
        }

        return batch;
    }

    static Utf8JsonReader Begin(ReadOnlyMemory<byte> body, JsonTokenType expected, string what)
    {
        // The reader itself does not look inside strings.
        if (!Utf8.IsValid(body.Span))
        {
            throw new JsonException("The body is not valid UTF-8.", null, 0, 0);
        }

        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != expected)
        {
            throw new JsonException($"The body must be {what}.", null, 0, 0);
        }

        return reader;
    }

    // Escapes like \ud800 alone parse as JSON and are no text.
    static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("The body holds half of a surrogate pair; it is no Unicode text.", null, 0, reader.TokenStartIndex);
        }
    }

    static void End(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
    }

    void TakeArray(ReadOnlyMemory<byte> body, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("\"batch\" must be an array.", null, 0, reader.TokenStartIndex);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Events.Add(body[start..(int)reader.BytesConsumed]);
        }
    }
}
