using System.Text.Json;
using System.Text.Json.Serialization;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>Moments as three numbers, paired ones as seven: values without setters do not come back by themselves.</summary>
static class MomentsJson
{
    /// <summary>Options of stored findings and simulations.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Converters = { new Single(), new Paired() } };

    /// <summary>Reads a stored document of sums.</summary>
    /// <param name="stored">UTF-8 JSON.</param>
    /// <param name="what">What it is, as an error names it.</param>
    /// <param name="format">Its layout.</param>
    /// <param name="newest">The newest layout that this release knows.</param>
    /// <exception cref="InvalidDataException">A newer release wrote it, or it is no such document.</exception>
    public static T Read<T>(ReadOnlySpan<byte> stored, string what, Func<T, int> format, int newest)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(stored, Options) is { } read && format(read) <= newest ? read : throw new InvalidDataException($"{what} of a newer release cannot be read by this one.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{what} cannot be read: {broken.Message}", broken);
        }
    }

    static void Write(Utf8JsonWriter writer, Moments moments)
    {
        writer.WriteNumberValue(moments.N);
        writer.WriteNumberValue(moments.Mean);
        writer.WriteNumberValue(moments.M2);
    }

    static double[] Read(ref Utf8JsonReader reader, int count)
    {
        var numbers = JsonSerializer.Deserialize<double[]>(ref reader) ?? [];
        return numbers.Length == count ? numbers : throw new JsonException($"Moments have {count} numbers; these are {numbers.Length}.");
    }

    sealed class Single : JsonConverter<Moments>
    {
        public override Moments Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var numbers = MomentsJson.Read(ref reader, 3);
            return new Moments((long)numbers[0], numbers[1], numbers[2]);
        }

        public override void Write(Utf8JsonWriter writer, Moments value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            MomentsJson.Write(writer, value);
            writer.WriteEndArray();
        }
    }

    sealed class Paired : JsonConverter<PairedMoments>
    {
        public override PairedMoments Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var numbers = MomentsJson.Read(ref reader, 7);
            return new PairedMoments(new Moments((long)numbers[0], numbers[1], numbers[2]), new Moments((long)numbers[3], numbers[4], numbers[5]), numbers[6]);
        }

        public override void Write(Utf8JsonWriter writer, PairedMoments value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            MomentsJson.Write(writer, value.Before);
            MomentsJson.Write(writer, value.Outcome);
            writer.WriteNumberValue(value.Products);
            writer.WriteEndArray();
        }
    }
}
