using System.Text;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// Short texts that many agents have, such as names of events, programs, sets and actions: read once, they are the same object for all. Bounded: a place
/// holds the text that came last. Of two threads that put different texts into one place either may win, and nobody gets a wrong one.
/// </summary>
public static class SharedTexts
{
    const int Places = 8_192, Longest = 40;
    static readonly string?[] texts = new string?[Places];

    /// <summary>The text of UTF-8 bytes.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > Longest)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var place = ref texts[Hash(utf8) & (Places - 1)];
        var known = Volatile.Read(ref place);
        if (known is not null && Ascii.Equals(utf8, known))
        {
            return known;
        }

        var text = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref place, text);
        return text;
    }

    static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = 2_166_136_261u;
        foreach (var one in utf8)
        {
            hash = (hash ^ one) * 16_777_619;
        }

        return hash ^ hash >> 15;
    }
}
