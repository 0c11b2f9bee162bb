using System.Text.Json;

namespace Aampe.Agents.Bench.Speed;

/// <summary>The floor of everything that reads JSON: every token looked at once.</summary>
static class JsonPass
{
    /// <summary>Number of tokens.</summary>
    public static int Over(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var tokens = 0;
        while (reader.Read())
        {
            tokens++;
        }

        return tokens;
    }
}
