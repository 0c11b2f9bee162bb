using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aampe.Agents.Core.Canonical;

/// <summary>Bytes of canonical JSON while they are written. One a thread is kept: a decision's record is written at every decision, and is long.</summary>
internal sealed class CanonicalText
{
    const int LargestKept = 1 << 18;
    static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    static readonly SearchValues<char> escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    [ThreadStatic]
    static CanonicalText? kept;

    byte[] bytes = new byte[4_096];
    int length;

    /// <summary>An empty text; <see cref="Finish"/> gives it back.</summary>
    public static CanonicalText Begin()
    {
        var text = kept ?? new CanonicalText();
        kept = null;
        text.length = 0;
        return text;
    }

    /// <summary>What was written.</summary>
    public byte[] Finish()
    {
        var written = bytes.AsSpan(0, length).ToArray();
        if (bytes.Length <= LargestKept)
        {
            kept = this;
        }

        return written;
    }

    public void Byte(byte one)
    {
        Reserve(1);
        bytes[length++] = one;
    }

    public void Raw(ReadOnlySpan<byte> some)
    {
        Reserve(some.Length);
        some.CopyTo(bytes.AsSpan(length));
        length += some.Length;
    }

    /// <summary>A number as ECMAScript spells it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">NaN or infinite.</exception>
    public void Number(double value)
    {
        Require.Finite(value);
        Reserve(CanonicalNumber.Longest);
        length += CanonicalNumber.Write(value, bytes.AsSpan(length));
    }

    /// <summary>A text in quotes.</summary>
    /// <exception cref="EncoderFallbackException">It has an unpaired surrogate.</exception>
    public void String(string text)
    {
        Byte((byte)'"');
        var rest = text.AsSpan();
        for (int at; (at = rest.IndexOfAny(escaped)) >= 0; rest = rest[(at + 1)..])
        {
            Plain(rest[..at]);
            Escape(rest[at]);
        }

        Plain(rest);
        Byte((byte)'"');
    }

    void Plain(ReadOnlySpan<char> text)
    {
        Reserve(3 * text.Length);
        length += strict.GetBytes(text, bytes.AsSpan(length));
    }

    void Escape(char c)
    {
        switch (c)
        {
            case '"': Raw("\\\""u8); break;
            case '\\': Raw("\\\\"u8); break;
            case '\b': Raw("\\b"u8); break;
            case '\t': Raw("\\t"u8); break;
            case '\n': Raw("\\n"u8); break;
            case '\f': Raw("\\f"u8); break;
            case '\r': Raw("\\r"u8); break;
            default:
                Raw("\\u00"u8);
                Byte((byte)"0123456789abcdef"[c >> 4]);
                Byte((byte)"0123456789abcdef"[c & 15]);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Reserve(int more)
    {
        if (bytes.Length - length < more)
        {
            Array.Resize(ref bytes, Math.Max(2 * bytes.Length, length + more));
        }
    }
}
