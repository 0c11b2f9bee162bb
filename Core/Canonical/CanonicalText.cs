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

    /// <summary>What was written, or the end of it.</summary>
    public byte[] Finish(int from = 0)
    {
        var written = bytes.AsSpan(from, length - from).ToArray();
        GiveBack();
        return written;
    }

    /// <summary>Bytes written so far.</summary>
    public int Length => length;

    /// <summary>A part of what was written.</summary>
    public ReadOnlySpan<byte> Written(Range part) => bytes.AsSpan(0, length)[part];

    // Not too large a buffer is the thread's next.
    void GiveBack()
    {
        if (bytes.Length <= LargestKept)
        {
            kept = this;
        }
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

    public void Truth(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void Null() => Raw("null"u8);

    /// <summary>A text in quotes, or null where it is empty.</summary>
    public void TextOrNull(string text)
    {
        if (text.Length > 0)
        {
            String(text);
            return;
        }

        Null();
    }

    /// <summary>Texts as an array.</summary>
    public void Texts(ReadOnlySpan<string> texts)
    {
        Byte((byte)'[');
        for (var i = 0; i < texts.Length; i++)
        {
            Separate(i);
            String(texts[i]);
        }

        Byte((byte)']');
    }

    /// <summary>Bytes as base64 in quotes.</summary>
    public void Base64(ReadOnlySpan<byte> some)
    {
        Byte((byte)'"');
        Reserve(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(some.Length));
        System.Buffers.Text.Base64.EncodeToUtf8(some, bytes.AsSpan(length), out _, out var written);
        length += written;
        Byte((byte)'"');
    }

    /// <summary>The comma between items.</summary>
    /// <param name="item">Number of the item that follows; before the first there is none.</param>
    public void Separate(int item)
    {
        if (item > 0)
        {
            Byte((byte)',');
        }
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
