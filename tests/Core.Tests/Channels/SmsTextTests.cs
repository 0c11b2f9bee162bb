using Aampe.Agents.Core.Channels;

namespace Aampe.Agents.Core.Tests.Channels;

public sealed class SmsTextTests
{
    public static TheoryData<string, string, int, int, int> Texts => new()
    {
        { "", "GSM-7", 0, 0, 160 },
        { "Hi", "GSM-7", 2, 1, 158 },
        { "Grüße à Ωκ"[..8], "GSM-7", 8, 1, 152 },
        { "€", "GSM-7", 2, 1, 158 },
        { new string('a', 160), "GSM-7", 160, 1, 0 },
        { new string('a', 161), "GSM-7", 161, 2, 145 },
        { new string('a', 306), "GSM-7", 306, 2, 0 },
        { new string('a', 307), "GSM-7", 307, 3, 152 },
        // The euro sign would be parted at 153: it goes whole into the second part, and the first stays one septet short.
        { new string('a', 152) + "€" + new string('a', 10), "GSM-7", 164, 2, 141 },
        { "Привет", "UCS-2", 6, 1, 64 },
        { "ç is not Ç", "UCS-2", 10, 1, 60 },
        { new string('я', 70), "UCS-2", 70, 1, 0 },
        { new string('я', 71), "UCS-2", 71, 2, 63 },
        // A pair of surrogates is never parted.
        { new string('я', 66) + "😀" + new string('я', 10), "UCS-2", 78, 2, 55 },
    };

    [Theory, MemberData(nameof(Texts))]
    public void A_text_is_counted_as_telephones_count_it(string text, string encoding, int units, int parts, int left) =>
        Assert.Equal(new SmsCount(encoding, units, parts, left), SmsText.Count(text));
}
