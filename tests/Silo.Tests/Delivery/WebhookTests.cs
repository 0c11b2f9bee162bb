using System.Net;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Delivery;

namespace Aampe.Agents.Silo.Tests.Delivery;

public sealed class WebhookTests
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static readonly Instant Noon = Instant.From(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Signatures_equal_the_published_vector() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}""")));

    [Fact]
    public void Two_secrets_give_two_signatures()
    {
        var other = "whsec_" + Convert.ToBase64String(new byte[24]);
        var both = WebhookSignature.Sign($"{Secret} {other}", "id", 1, "{}"u8).Split(' ');
        Assert.Equal([WebhookSignature.Sign(Secret, "id", 1, "{}"u8), WebhookSignature.Sign(other, "id", 1, "{}"u8)], both);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_short")]
    [InlineData("whsec_AAAA")]
    public void A_secret_of_another_shape_is_refused(string secret) => Assert.NotNull(WebhookSignature.SecretFault(secret));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("ff02::1")]
    public void Private_addresses_are_told_in_any_spelling(string address) => Assert.True(WebhookTarget.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("93.184.215.14")]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c")]
    public void Public_addresses_are_allowed(string address) => Assert.False(WebhookTarget.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://example.com/hook")]
    [InlineData("https://example.com:22/hook")]
    [InlineData("https://127.0.0.1/hook")]
    [InlineData("https://[::1]/hook")]
    [InlineData("https://2130706433/hook")]
    [InlineData("https://0x7f.1/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:pass@example.com/")]
    [InlineData("not a url")]
    public void An_address_where_a_webhook_may_not_go_is_refused_when_it_is_set(string url) => Assert.NotNull(WebhookTarget.Refusal(url, allowPrivate: false));

    [Fact]
    public void Loopback_is_allowed_where_the_configuration_says_so() => Assert.Null(WebhookTarget.Refusal("http://127.0.0.1:8080/hook", allowPrivate: true));

    [Fact]
    public void Retries_come_after_the_named_waits_a_little_later_and_always_the_same()
    {
        TimeSpan[] waits = [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)];
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var next = RetrySchedule.After("dec_1", attempt, Noon, TimeSpan.Zero)!.Value;
            Assert.InRange(next - Noon, waits[attempt - 1], waits[attempt - 1] * 1.1);
            Assert.Equal(next, RetrySchedule.After("dec_1", attempt, Noon, TimeSpan.Zero));
        }

        Assert.Null(RetrySchedule.After("dec_1", 5, Noon, TimeSpan.Zero));
        Assert.NotEqual(RetrySchedule.After("dec_1", 4, Noon, TimeSpan.Zero), RetrySchedule.After("dec_2", 4, Noon, TimeSpan.Zero));
    }

    [Fact]
    public void A_channel_that_asks_for_more_time_gets_it() =>
        Assert.Equal(Noon + TimeSpan.FromMinutes(1), RetrySchedule.After("dec_1", 1, Noon, TimeSpan.FromMinutes(1)));
}
