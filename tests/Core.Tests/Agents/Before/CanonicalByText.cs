using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Tests.Agents.Before;

/// <summary>Canonical JSON as it was first written, by way of texts: the bytes that every later way has to give.</summary>
static class CanonicalByText
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The canonical bytes (UTF-8, no byte-order mark) of a node; <see langword="null"/> is JSON null.</summary>
    /// <exception cref="ArgumentException">A number is NaN or infinite, or a string has an unpaired surrogate.</exception>
    public static byte[] Serialize(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return StrictUtf8.GetBytes(text.ToString());
    }

    /// <summary>The canonical bytes (UTF-8, no byte-order mark) of an element.</summary>
    /// <exception cref="ArgumentException">
    /// A number is beyond the range of a double, a name occurs twice in an object, or a string has an unpaired surrogate.
    /// </exception>
    public static byte[] Serialize(JsonElement element)
    {
        var text = new StringBuilder();
        Write(text, element);
        return StrictUtf8.GetBytes(text.ToString());
    }

    /// <summary>How ECMAScript spells a number: the fewest digits that read back as the same double; "0" for either zero.</summary>
    /// <param name="value">Any finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">NaN or infinite: JSON has no such number.</exception>
    /// <remarks>ECMA-262 Number::toString, radix 10: plain digits from 10⁻⁶ up to below 10²¹, an exponent outside.</remarks>
    public static string Number(double value)
    {
        
        if (value == 0)
        {
            return "0";
        }

        var sign = value < 0 ? "-" : "";
        var (digits, point) = ShortestDigits(Math.Abs(value));
        return sign + Layout(digits, point);
    }

    /// <summary>Significant digits without leading or trailing zeros, and where the point stands: 0.d₁d₂… · 10^point.</summary>
    static (string Digits, int Point) ShortestDigits(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = exponentAt < 0 ? 0 : int.Parse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var pointAt = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = pointAt < 0 ? mantissa.Length : pointAt;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), whole - leading + exponent);
    }

    static string Layout(string digits, int point) => point switch
    {
        > 21 or <= -6 => Exponential(digits, point - 1),
        <= 0 => "0." + new string('0', -point) + digits,
        _ when digits.Length <= point => digits + new string('0', point - digits.Length),
        _ => digits[..point] + "." + digits[point..],
    };

    static string Exponential(string digits, int exponent) =>
        digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "") + (exponent < 0 ? "e-" : "e+")
        + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);

    static void Write(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                WriteMembers(text, members.Select(member => (member.Key, member.Value)), Write);
                break;
            case JsonArray items:
                WriteItems(text, items, Write);
                break;
            // Read these two directly: the serialiser would replace a lone surrogate without a word.
            case JsonValue value when value.TryGetValue<string>(out var own):
                WriteString(text, own);
                break;
            case JsonValue value when value.TryGetValue<double>(out var own):
                text.Append(Number(own));
                break;
            default:
                Write(text, JsonSerializer.SerializeToElement(node));
                break;
        }
    }

    static void Write(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(text, element.EnumerateObject().Select(member => (member.Name, member.Value)), Write);
                break;
            case JsonValueKind.Array:
                WriteItems(text, element.EnumerateArray(), Write);
                break;
            case JsonValueKind.String:
                WriteString(text, TextOf(element));
                break;
            case JsonValueKind.Number:
                text.Append(Number(element.GetDouble()));
                break;
            case JsonValueKind.True:
                text.Append("true");
                break;
            case JsonValueKind.False:
                text.Append("false");
                break;
            case JsonValueKind.Null:
                text.Append("null");
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

    static void WriteMembers<T>(StringBuilder text, IEnumerable<(string Name, T Value)> members, Action<StringBuilder, T> write)
    {
        var ordered = members.ToArray();
        Array.Sort(ordered, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        text.Append('{');
        for (var i = 0; i < ordered.Length; i++)
        {
            if (i > 0)
            {
                RefuseTwice(ordered[i - 1].Name, ordered[i].Name);
                text.Append(',');
            }

            WriteString(text, ordered[i].Name);
            text.Append(':');
            write(text, ordered[i].Value);
        }

        text.Append('}');
    }

    static void RefuseTwice(string before, string name)
    {
        if (before == name)
        {
            throw new ArgumentException($"The name \"{name}\" occurs twice in one object; which value counts is not defined. Send it once.");
        }
    }

    static void WriteItems<T>(StringBuilder text, IEnumerable<T> items, Action<StringBuilder, T> write)
    {
        text.Append('[');
        var separator = "";
        foreach (var item in items)
        {
            text.Append(separator);
            write(text, item);
            separator = ",";
        }

        text.Append(']');
    }

    static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\t': text.Append("\\t"); break;
                case '\n': text.Append("\\n"); break;
                case '\f': text.Append("\\f"); break;
                case '\r': text.Append("\\r"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}
