using System.Text.Json;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>
/// Reads one file of reference values: the repository's own, or those in the folder that AAMPE_REFERENCE_DATA names,
/// so that an outsider can run cases of the same shapes.
/// </summary>
public static class ReferenceFile
{
    public static string Folder =>
        Environment.GetEnvironmentVariable("AAMPE_REFERENCE_DATA") is { Length: > 0 } named
            ? named
            : Path.Combine(AppContext.BaseDirectory, "Reference");

    public static JsonElement Read(string topic)
    {
        var path = Path.Combine(Folder, topic + ".json");
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"No reference file {path}. AAMPE_REFERENCE_DATA must name a folder that holds {topic}.json.", path);
        }

        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }

    /// <summary>Ids of all cases of a topic: the data of a theory. The case itself is found again by <see cref="Case"/>.</summary>
    public static TheoryData<string> Cases(string topic)
    {
        var ids = new TheoryData<string>();
        foreach (var one in Read(topic).GetProperty("cases").EnumerateArray())
        {
            ids.Add(one.GetProperty("id").GetString()!);
        }

        return ids;
    }

    public static JsonElement Case(string topic, string id) =>
        Read(topic).GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);

    /// <summary>|ours − expected| ≤ absolute + relative·|expected|; "Infinity" and null are compared as such.</summary>
    public static void Close(JsonElement expected, double? ours, double relative, double absolute, string what)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.True(ours is null || double.IsNaN(ours.Value), $"{what}: expected undefined, was {ours}");
            return;
        }

        if (expected.ValueKind == JsonValueKind.String)
        {
            var infinite = expected.GetString() == "Infinity" ? double.PositiveInfinity : double.NegativeInfinity;
            Assert.Equal(infinite, ours);
            return;
        }

        var value = expected.GetDouble();
        Assert.True(ours is { } x && Math.Abs(x - value) <= absolute + relative * Math.Abs(value), $"{what}: expected {value:R}, was {ours:R}");
    }
}
