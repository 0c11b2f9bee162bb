using System.Buffers.Text;
using System.Globalization;

namespace Aampe.Agents.Core.Canonical;

/// <summary>How ECMAScript spells a number (ECMA-262 Number::toString, radix 10), without a text on the way.</summary>
internal static class CanonicalNumber
{
    /// <summary>Most bytes of a number: sign, 17 digits, point and five zeros or an exponent.</summary>
    public const int Longest = 32;

    /// <summary>Writes a finite number.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(double value, Span<byte> to)
    {
        // Whole numbers are spelt out up to 10²¹; these are exact, and most.
        if (Math.Abs(value) < 1e15 && value == Math.Truncate(value))
        {
            Utf8Formatter.TryFormat((long)value, to, out var whole);
            return whole;
        }

        Span<byte> shortest = stackalloc byte[Longest];
        Math.Abs(value).TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        Span<byte> digits = stackalloc byte[Longest];
        var (count, point) = Digits(shortest[..length], digits);
        var sign = value < 0 ? 1 : 0;
        to[0] = (byte)'-';
        return sign + Layout(digits[..count], point, to[sign..]);
    }

    // Significant digits without leading or trailing zeros, and where the point stands: 0.d₁d₂… · 10^point.
    static (int Count, int Point) Digits(ReadOnlySpan<byte> text, Span<byte> digits)
    {
        var (count, whole, leading, exponent, seenPoint) = (0, 0, 0, 0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                seenPoint = true;
            }
            else if (text[i] == 'E')
            {
                exponent = int.Parse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }
            else
            {
                whole += seenPoint ? 0 : 1;
                if (count == 0 && text[i] == '0')
                {
                    leading++;
                }
                else
                {
                    digits[count++] = text[i];
                }
            }
        }

        while (digits[count - 1] == '0')
        {
            count--;
        }

        return (count, whole - leading + exponent);
    }

    static int Layout(ReadOnlySpan<byte> digits, int point, Span<byte> to)
    {
        if (point is > 21 or <= -6)
        {
            return Exponential(digits, point - 1, to);
        }

        if (point <= 0)
        {
            "0."u8.CopyTo(to);
            to.Slice(2, -point).Fill((byte)'0');
            digits.CopyTo(to[(2 - point)..]);
            return 2 - point + digits.Length;
        }

        if (digits.Length <= point)
        {
            digits.CopyTo(to);
            to[digits.Length..point].Fill((byte)'0');
            return point;
        }

        digits[..point].CopyTo(to);
        to[point] = (byte)'.';
        digits[point..].CopyTo(to[(point + 1)..]);
        return digits.Length + 1;
    }

    static int Exponential(ReadOnlySpan<byte> digits, int exponent, Span<byte> to)
    {
        var at = 0;
        to[at++] = digits[0];
        if (digits.Length > 1)
        {
            to[at++] = (byte)'.';
            digits[1..].CopyTo(to[at..]);
            at += digits.Length - 1;
        }

        to[at++] = (byte)'e';
        to[at++] = (byte)(exponent < 0 ? '-' : '+');
        Utf8Formatter.TryFormat(Math.Abs(exponent), to[at..], out var length);
        return at + length;
    }
}
