using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Silo.Delivery.WebPush;

namespace Aampe.Agents.Silo.Tests.Delivery.WebPush;

/// <summary>RFC 8291, appendix A, byte for byte; and what is read out of browsers.</summary>
public sealed class PushCipherTests
{
    const string BrowserKey = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", Secret = "BTBZMqHH6r4Tts7J_aSIgg";

    const string Body = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    [Fact]
    public void The_example_of_the_standard_comes_out_byte_for_byte()
    {
        var point = Base64Url.DecodeFromChars("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        using var own = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[1..33], Y = point[33..] },
            D = Base64Url.DecodeFromChars("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        });
        var to = new PushSubscription(new Uri("https://push.example/1"), Base64Url.DecodeFromChars(BrowserKey), Base64Url.DecodeFromChars(Secret));
        var body = PushCipher.Seal("When I grow up, I want to be a watermelon"u8, to, own, Base64Url.DecodeFromChars("DGv6ra1nlYgDCS1FRnbzlw"));
        Assert.Equal(Body, Base64Url.EncodeToString(body));
    }

    [Theory]
    [InlineData("nonsense", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("""{"endpoint":"https://fcm.googleapis.com/1"}""", "keys")]
    [InlineData("""{"endpoint":"/1","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}""", "endpoint")]
    [InlineData("""{"endpoint":"https://fcm.googleapis.com/1","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw5","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}""", "p256dh")]
    [InlineData("""{"endpoint":"https://fcm.googleapis.com/1","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZ"}}""", "auth")]
    public void What_is_no_subscription_says_which_field(string text, string named)
    {
        var (subscription, fault) = PushSubscription.Read(text);
        Assert.Null(subscription);
        Assert.Contains(named, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://fcm.googleapis.com/fcm/send/1", true)]
    [InlineData("https://updates.push.services.mozilla.com/wpush/v2/1", true)]
    [InlineData("https://wns2-par02p.notify.windows.com/w/1", true)]
    [InlineData("https://web.push.apple.com/1", true)]
    [InlineData("http://fcm.googleapis.com/1", false)]
    [InlineData("https://fcm.googleapis.com:9443/1", false)]
    [InlineData("https://user:pass@fcm.googleapis.com/1", false)]
    [InlineData("https://evilpush.apple.com.example/1", false)]
    [InlineData("https://push.apple.com/1", false)]
    [InlineData("https://fcm.googleapis.com.evil.example/1", false)]
    [InlineData("https://127.0.0.1/1", false)]
    [InlineData("https://169.254.169.254/latest", false)]
    public void Only_push_services_are_called(string endpoint, bool called) =>
        Assert.Equal(called, PushHosts.Refusal(new Uri(endpoint), PushHosts.Usual, allowPrivate: false) is null);

    [Fact]
    public void A_key_of_ones_own_is_read_and_one_that_is_none_is_not()
    {
        using var key = VapidKey.Read(VapidKey.Create());
        Assert.Equal(65, Base64Url.DecodeFromChars(key!.PublicText).Length);
        Assert.Null(VapidKey.Read("short"));
        Assert.Null(VapidKey.Read(Base64Url.EncodeToString(new byte[32])));
        Assert.StartsWith("vapid t=", key.Authorize(new Uri("https://push.example/1"), "mailto:ops@shop.example", DateTimeOffset.UnixEpoch), StringComparison.Ordinal);
        Assert.Equal(87, Encoding.ASCII.GetByteCount(key.PublicText));
    }
}
