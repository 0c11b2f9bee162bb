using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Privacy;

/// <summary>Marks as UTF-8 JSON. Names are only ever added; an absent one is what a new mark has.</summary>
public static class PersonMarkCodec
{
    /// <summary>Writes a mark.</summary>
    public static byte[] Pack(PersonMark mark)
    {
        ArgumentNullException.ThrowIfNull(mark);
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["suppressed"] = mark.Suppressed,
            ["erasing"] = mark.Erasing,
            ["erasedAt"] = mark.ErasedAt?.UnixMilliseconds,
            ["life"] = mark.Life,
            ["of"] = mark.Of,
            ["ends"] = Json.Array(mark.Ends.Select(end => (JsonNode?)Json.Array([end.Epoch, end.Partition, end.Offset]))),
            ["seen"] = Json.Array(mark.Seen.Select(id => (JsonNode?)id.ToString("x16", CultureInfo.InvariantCulture))),
        }.ToJsonString());
    }

    /// <summary>Reads a mark.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is no JSON.</exception>
    public static PersonMark Unpack(ReadOnlySpan<byte> bytes)
    {
        var json = JsonNode.Parse(bytes)!.AsObject();
        return new PersonMark
        {
            Suppressed = json["suppressed"]?.GetValue<bool>() ?? false,
            Erasing = json["erasing"]?.GetValue<bool>() ?? false,
            ErasedAt = json["erasedAt"]?.GetValue<long>() is { } at ? new Instant(at) : null,
            Life = json["life"]?.GetValue<string>() ?? "",
            Of = json["of"]?.GetValue<string>() ?? "",
            Ends = [.. (json["ends"]?.AsArray() ?? []).Select(end => new LogEnd(end![0]!.GetValue<int>(), end[1]!.GetValue<int>(), end[2]!.GetValue<long>()))],
            Seen = [.. (json["seen"]?.AsArray() ?? []).Select(id => ulong.Parse(id!.GetValue<string>(), NumberStyles.HexNumber, CultureInfo.InvariantCulture))],
        };
    }
}
