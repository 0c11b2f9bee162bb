using System.Buffers;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// The packed form of journal rows: what one commit of an agent tells, in order. Events, by far the most entries, are packed field by field; the rest is
/// JSON. Rows with JSON in them are packed again (<see cref="RecordPacking"/>). Rows of earlier releases are JSON arrays and stay readable: their first byte is
/// a bracket, which is no format's number.
/// </summary>
public static class AgentJournal
{
    /// <summary>The format that this release writes.</summary>
    public const byte Format = 1;

    /// <summary>The format of several rows in one: the length of each (LEB128) in front of it.</summary>
    public const byte Several = 2;

    /// <summary>The entries of a row, oldest first, as JSON objects; none of an empty one.</summary>
    /// <exception cref="InvalidDataException">The format is newer than this release, or the bytes are no journal.</exception>
    public static JsonArray Read(ReadOnlyMemory<byte> row)
    {
        if (row.IsEmpty)
        {
            return [];
        }

        var plain = RecordPacking.Unpack(row);
        if (plain.Span is [(byte)'[', ..])
        {
            return JsonNode.Parse(plain.Span)!.AsArray();
        }

        return plain.Span[0] == Several ? [.. Split(plain).SelectMany(part => Read(part)).Select(entry => entry!.DeepClone())] : ReadOne(plain.Span);
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

    /// <summary>The rows that <see cref="Join"/> made one of.</summary>
    /// <exception cref="InvalidDataException">A part is cut off.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> joined)
    {
        var rest = joined[1..];
        while (!rest.IsEmpty)
        {
            var (length, at) = (0, 0);
            for (var shift = 0; ; shift += 7)
            {
                if (at == rest.Length || shift > 28)
                {
                    throw new InvalidDataException("Journal row: a length of its parts is cut off.");
                }

                length |= (rest.Span[at] & 0x7F) << shift;
                if (rest.Span[at++] < 0x80)
                {
                    break;
                }
            }

            if (length < 0 || length > rest.Length - at)
            {
                throw new InvalidDataException($"Journal row: a part of {length} bytes is cut off at {rest.Length - at}.");
            }

            yield return rest.Slice(at, length);
            rest = rest[(at + length)..];
        }
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
    public static ReadOnlyMemory<byte> Pack(params ReadOnlySpan<AgentStep> steps)
    {
        var (writer, last, told, wordy) = (PackedWriter.Begin(), default(JournalEntry), false, false);
        foreach (var step in steps)
        {
            foreach (ref readonly var entry in step.Told)
            {
                entry.Pack(writer, last);
                // What is JSON has no moment that others count from.
                last = entry.Json.IsEmpty ? entry : JournalEntry.After(entry, last);
                (told, wordy) = (true, wordy || !entry.Json.IsEmpty);
            }
        }

        var row = writer.Finish(Format);
        return !told ? default(ReadOnlyMemory<byte>) : wordy ? RecordPacking.Pack(row) : row;
    }
}
