using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents;

/// <summary>What a replay showed.</summary>
/// <param name="Identical">Whether every byte is the same.</param>
/// <param name="RecordHash">Hash of the stored record.</param>
/// <param name="ReplayHash">Hash of the record made anew.</param>
/// <param name="Differences">JSON pointers of the fields that differ, at most 20.</param>
public sealed record Replay(bool Identical, string RecordHash, string ReplayHash, IReadOnlyList<string> Differences);

/// <summary>Makes a decision again from its own record: draws, match, propensities and verdict come out byte for byte (R6).</summary>
public static class Replaying
{
    const int MostDifferences = 20;

    /// <summary>Replays a stored record.</summary>
    /// <param name="stored">Canonical JSON.</param>
    /// <param name="program">The program at the version that the record names.</param>
    public static Replay Of(ReadOnlyMemory<byte> stored, ProgramDefinition program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var before = JsonNode.Parse(stored.Span)!.AsObject();
        var again = before.DeepClone().AsObject();
        if (before["drawn"]!.GetValue<bool>())
        {
            var inputs = DecisionRecord.Read(before);
            var messages = program.Messages.ToDictionary(message => message.Id, StringComparer.Ordinal);
            DecisionRecord.Write(again, inputs, Drawing.Draw(inputs, id => messages[id]));
        }

        var bytes = CanonicalJson.Serialize(again);
        var identical = bytes.AsSpan().SequenceEqual(stored.Span);
        var differences = new List<string>();
        if (!identical)
        {
            Compare("", before, again, differences);
        }

        return new Replay(identical, RecordHash.Of(stored.Span), RecordHash.Of(bytes), differences);
    }

    static void Compare(string path, JsonNode? a, JsonNode? b, List<string> found)
    {
        if (found.Count == MostDifferences)
        {
            return;
        }

        switch (a, b)
        {
            case (JsonObject x, JsonObject y):
                foreach (var name in x.Select(pair => pair.Key).Union(y.Select(pair => pair.Key)).Order(StringComparer.Ordinal))
                {
                    Compare($"{path}/{name}", x[name], y[name], found);
                }

                break;
            case (JsonArray x, JsonArray y) when x.Count == y.Count:
                for (var i = 0; i < x.Count; i++)
                {
                    Compare($"{path}/{i}", x[i], y[i], found);
                }

                break;
            default:
                if (!JsonNode.DeepEquals(a, b))
                {
                    found.Add(path);
                }

                break;
        }
    }
}
