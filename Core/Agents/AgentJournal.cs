using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// The packed form of journal rows: what one commit of an agent tells, in order. Events, by far the most entries, are packed field by field; the rest is
/// JSON. Rows of earlier releases are JSON arrays and stay readable: their first byte is a bracket, which is no format's number.
/// </summary>
public static class AgentJournal
{
    /// <summary>The format that this release writes.</summary>
    public const byte Format = 1;

    /// <summary>The entries of a row, oldest first, as JSON objects; none of an empty one.</summary>
    /// <exception cref="InvalidDataException">The format is newer than this release, or the bytes are no journal.</exception>
    public static JsonArray Read(ReadOnlySpan<byte> row)
    {
        if (row.IsEmpty)
        {
            return [];
        }

        if (row is [(byte)'[', ..])
        {
            return JsonNode.Parse(row)!.AsArray();
        }

        var reader = new PackedReader(row, Format, "Journal row");
        var (entries, last) = (new JsonArray(), default(JournalEntry));
        while (!reader.AtEnd)
        {
            last = JournalEntry.Unpack(ref reader, last);
            entries.Add(last.ToJson());
        }

        return entries;
    }

    /// <summary>The row of one commit: what several steps tell, one after the other; empty when they have nothing to tell.</summary>
    public static byte[] Pack(params ReadOnlySpan<AgentStep> steps)
    {
        var (writer, last, told) = (PackedWriter.Begin(), default(JournalEntry), false);
        foreach (var step in steps)
        {
            foreach (ref readonly var entry in step.Told)
            {
                entry.Pack(writer, last);
                // What is JSON has no moment that others count from.
                last = entry.Json.IsEmpty ? entry : JournalEntry.After(entry, last);
                told = true;
            }
        }

        var row = writer.Finish(Format);
        return told ? row : [];
    }
}
