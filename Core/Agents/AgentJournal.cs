using System.Buffers;
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

    /// <summary>The format of several rows in one: the length of each (LEB128) in front of it.</summary>
    public const byte Several = 2;

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

        return row[0] == Several ? ReadSeveral(row[1..]) : ReadOne(row);
    }

    /// <summary>One row with the entries of several, in order; empty ones add nothing.</summary>
    public static ReadOnlyMemory<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var told = rows.Where(row => !row.IsEmpty).ToList();
        if (told.Count <= 1)
        {
            return told.Count == 1 ? told[0] : default;
        }

        var joined = new ArrayBufferWriter<byte>(1 + told.Sum(row => row.Length + 2));
        joined.Write([Several]);
        foreach (var row in told)
        {
            var length = (uint)row.Length;
            for (; length >= 0x80; length >>= 7)
            {
                joined.Write([(byte)(length | 0x80)]);
            }

            joined.Write([(byte)length]);
            joined.Write(row.Span);
        }

        return joined.WrittenMemory;
    }

    static JsonArray ReadSeveral(ReadOnlySpan<byte> rest)
    {
        var all = new JsonArray();
        while (!rest.IsEmpty)
        {
            var (length, at) = (0, 0);
            for (var shift = 0; ; shift += 7)
            {
                if (at == rest.Length || shift > 28)
                {
                    throw new InvalidDataException("Journal row: a length of its parts is cut off.");
                }

                length |= (rest[at] & 0x7F) << shift;
                if (rest[at++] < 0x80)
                {
                    break;
                }
            }

            if (length < 0 || length > rest.Length - at)
            {
                throw new InvalidDataException($"Journal row: a part of {length} bytes is cut off at {rest.Length - at}.");
            }

            foreach (var entry in Read(rest.Slice(at, length)))
            {
                all.Add(entry!.DeepClone());
            }

            rest = rest[(at + length)..];
        }

        return all;
    }

    static JsonArray ReadOne(ReadOnlySpan<byte> row)
    {
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
