using System.Text.Json;
using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Programs;

/// <summary>Turns bytes into a JSON document in which every name occurs once and every text can be read, or says what is wrong.</summary>
static class JsonDoor
{
    static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, MaxDepth = 32 };

    /// <summary>The document, or null after an error was written down.</summary>
    public static JsonDocument? Open(ReadOnlySpan<byte> utf8, List<ProgramError> errors)
    {
        JsonDocument document;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = Options.CommentHandling, MaxDepth = Options.MaxDepth });
            document = JsonDocument.ParseValue(ref reader);
            if (reader.Read())
            {
                throw new JsonException("more follows the document");
            }
        }
        catch (JsonException cause)
        {
            errors.Add(new ProgramError("", ProgramErrorCode.InvalidJson, Where(cause)));
            return null;
        }

        Walk(document.RootElement, "", errors);
        if (errors.Count == 0)
        {
            return document;
        }

        document.Dispose();
        return null;
    }

    static string Where(JsonException cause)
    {
        var place = cause.LineNumber is { } line ? $"line {line + 1}, column {cause.BytePositionInLine + 1}: " : "";
        var text = cause.Message.IndexOf(" LineNumber:", StringComparison.Ordinal) is var cut and > 0 ? cause.Message[..cut] : cause.Message;
        return $"{place}{text} Send well-formed JSON in UTF-8";
    }

    static void Walk(JsonElement element, string pointer, List<ProgramError> errors)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WalkMembers(element, pointer, errors);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Walk(item, $"{pointer}/{index++}", errors);
                }

                break;
            case JsonValueKind.String when !Readable(() => element.GetString()):
                errors.Add(new ProgramError(pointer, ProgramErrorCode.InvalidJson, "the text has an unpaired surrogate; send well-formed text"));
                break;
            default:
                break;
        }
    }

    static void WalkMembers(JsonElement element, string pointer, List<ProgramError> errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!Readable(() => member.Name))
            {
                errors.Add(new ProgramError(pointer, ProgramErrorCode.InvalidJson, "a name has an unpaired surrogate; send well-formed text"));
                continue;
            }

            var below = JsonPointer.Under(pointer, member.Name);
            if (!seen.Add(member.Name))
            {
                errors.Add(new ProgramError(below, ProgramErrorCode.Duplicate, $"the field \"{member.Name}\" occurs twice; which one counts is not defined. Send it once"));
            }

            Walk(member.Value, below, errors);
        }
    }

    static bool Readable(Func<string?> read)
    {
        try
        {
            _ = read();
            return true;
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that escaped text is no Unicode; there is no way to ask first.
            return false;
        }
    }
}
