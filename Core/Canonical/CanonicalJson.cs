using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Canonical;

/// <summary>
/// One spelling for a JSON value: RFC 8785 (JCS). Equal values give equal bytes, whatever the order of keys, the white space or
/// the spelling of numbers they came with; so a hash of the bytes is a hash of the value.
/// </summary>
/// <remarks>Numbers are IEEE doubles, as the RFC says: an integer beyond 2^53 must travel as a string.</remarks>
public static class CanonicalJson
{
    /// <summary>The canonical bytes (UTF-8, no byte-order mark) of a node; <see langword="null"/> is JSON null.</summary>
    /// <exception cref="ArgumentException">A number is NaN or infinite, or a string has an unpaired surrogate.</exception>
    public static byte[] Serialize(JsonNode? node)
    {
        var text = CanonicalText.Begin();
        Write(text, node);
        return text.Finish();
    }

    /// <summary>The canonical bytes (UTF-8, no byte-order mark) of an element.</summary>
    /// <exception cref="ArgumentException">
    /// A number is beyond the range of a double, a name occurs twice in an object, or a string has an unpaired surrogate.
    /// </exception>
    public static byte[] Serialize(JsonElement element)
    {
        var text = CanonicalText.Begin();
        Write(text, element);
        return text.Finish();
    }

    /// <summary>How ECMAScript spells a number: the fewest digits that read back as the same double; "0" for either zero.</summary>
    /// <param name="value">Any finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">NaN or infinite: JSON has no such number.</exception>
    /// <remarks>ECMA-262 Number::toString, radix 10: plain digits from 10⁻⁶ up to below 10²¹, an exponent outside.</remarks>
    public static string Number(double value)
    {
        Require.Finite(value);
        Span<byte> spelt = stackalloc byte[CanonicalNumber.Longest];
        return Encoding.ASCII.GetString(spelt[..CanonicalNumber.Write(value, spelt)]);
    }

    /// <summary>Writes a node into a text.</summary>
    internal static void Write(CanonicalText text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Raw("null"u8);
                break;
            case JsonObject members:
                WriteMembers(text, members);
                break;
            case JsonArray items:
                WriteItems(text, items);
                break;
            // Read these directly: the serialiser would replace a lone surrogate without a word, and takes its time.
            case JsonValue value when value.TryGetValue<string>(out var own):
                text.String(own);
                break;
            case JsonValue value when value.TryGetValue<double>(out var own):
                text.Number(own);
                break;
            case JsonValue value when value.TryGetValue<long>(out var own):
                text.Number(own);
                break;
            case JsonValue value when value.TryGetValue<int>(out var own):
                text.Number(own);
                break;
            case JsonValue value when value.TryGetValue<bool>(out var own):
                text.Raw(own ? "true"u8 : "false"u8);
                break;
            default:
                Write(text, JsonSerializer.SerializeToElement(node));
                break;
        }
    }

    static void WriteMembers(CanonicalText text, JsonObject members)
    {
        var ordered = new KeyValuePair<string, JsonNode?>[members.Count];
        ((ICollection<KeyValuePair<string, JsonNode?>>)members).CopyTo(ordered, 0);
        Array.Sort(ordered, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        text.Byte((byte)'{');
        for (var i = 0; i < ordered.Length; i++)
        {
            if (i > 0)
            {
                text.Byte((byte)',');
            }

            text.String(ordered[i].Key);
            text.Byte((byte)':');
            Write(text, ordered[i].Value);
        }

        text.Byte((byte)'}');
    }

    static void WriteItems(CanonicalText text, JsonArray items)
    {
        text.Byte((byte)'[');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                text.Byte((byte)',');
            }

            Write(text, items[i]);
        }

        text.Byte((byte)']');
    }

    static void Write(CanonicalText text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(text, element);
                break;
            case JsonValueKind.Array:
                text.Byte((byte)'[');
                var separator = false;
                foreach (var item in element.EnumerateArray())
                {
                    text.Raw(separator ? ","u8 : default);
                    Write(text, item);
                    separator = true;
                }

                text.Byte((byte)']');
                break;
            case JsonValueKind.String:
                text.String(TextOf(element));
                break;
            case JsonValueKind.Number:
                text.Number(element.GetDouble());
                break;
            case JsonValueKind.True:
                text.Raw("true"u8);
                break;
            case JsonValueKind.False:
                text.Raw("false"u8);
                break;
            case JsonValueKind.Null:
                text.Raw("null"u8);
                break;
            default:
                throw new ArgumentException("The element holds no JSON value; parse a document first.", nameof(element));
        }
    }

    static string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException cause)
        {
            throw new ArgumentException("A string has an unpaired surrogate, which UTF-8 cannot carry; send well-formed text.", nameof(element), cause);
        }
    }

    static void WriteMembers(CanonicalText text, JsonElement element)
    {
        var ordered = element.EnumerateObject().ToArray();
        Array.Sort(ordered, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        text.Byte((byte)'{');
        for (var i = 0; i < ordered.Length; i++)
        {
            if (i > 0)
            {
                RefuseTwice(ordered[i - 1].Name, ordered[i].Name);
                text.Byte((byte)',');
            }

            text.String(ordered[i].Name);
            text.Byte((byte)':');
            Write(text, ordered[i].Value);
        }

        text.Byte((byte)'}');
    }

    static void RefuseTwice(string before, string name)
    {
        if (before == name)
        {
            throw new ArgumentException($"The name \"{name}\" occurs twice in one object; which value counts is not defined. Send it once.");
        }
    }
}
