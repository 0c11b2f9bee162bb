using System.Buffers;

namespace Aampe.Agents.Core.Channels;

/// <summary>How a text goes out as short messages.</summary>
/// <param name="Encoding">GSM-7 or UCS-2.</param>
/// <param name="Units">Its length: septets of GSM-7, 16-bit units of UCS-2.</param>
/// <param name="Parts">Messages that it takes; each is paid for.</param>
/// <param name="Left">Units that still fit into the last one.</param>
public readonly record struct SmsCount(string Encoding, int Units, int Parts, int Left);

/// <summary>Counts short messages (3GPP TS 23.038 and 23.040): one alphabet for the whole text, 160 or 70 units alone, 153 or 67 in each of several.</summary>
public static class SmsText
{
    /// <summary>GSM-7, the default alphabet.</summary>
    public const string Gsm7 = "GSM-7";

    /// <summary>UCS-2, for everything else.</summary>
    public const string Ucs2 = "UCS-2";

    const int GsmAlone = 160, GsmPart = 153, UcsAlone = 70, UcsPart = 67;

    static readonly SearchValues<char> Basic = SearchValues.Create(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");

    // Each behind an escape: two septets.
    static readonly SearchValues<char> Extended = SearchValues.Create("\f^{}\\[~]|€");

    /// <summary>The count of a text; an empty one takes no message.</summary>
    public static SmsCount Count(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var septets = 0;
        foreach (var one in text)
        {
            if (Basic.Contains(one))
            {
                septets++;
            }
            else if (Extended.Contains(one))
            {
                septets += 2;
            }
            else
            {
                return InUcs2(text);
            }
        }

        if (septets <= GsmAlone)
        {
            return new SmsCount(Gsm7, septets, septets == 0 ? 0 : 1, GsmAlone - septets);
        }

        // An escape and what it escapes are never parted: a part that has room for one septet only stays one short.
        var (parts, used) = (1, 0);
        foreach (var one in text)
        {
            var width = Basic.Contains(one) ? 1 : 2;
            if (used + width > GsmPart)
            {
                (parts, used) = (parts + 1, 0);
            }

            used += width;
        }

        return new SmsCount(Gsm7, septets, parts, GsmPart - used);
    }

    static SmsCount InUcs2(string text)
    {
        if (text.Length <= UcsAlone)
        {
            return new SmsCount(Ucs2, text.Length, 1, UcsAlone - text.Length);
        }

        var (parts, used) = (1, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var width = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            if (used + width > UcsPart)
            {
                (parts, used) = (parts + 1, 0);
            }

            used += width;
            i += width - 1;
        }

        return new SmsCount(Ucs2, text.Length, parts, UcsPart - used);
    }
}
