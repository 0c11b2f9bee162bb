using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Delivery.Providers;

namespace Aampe.Agents.Silo.Tests.Delivery.Adapters;

public sealed class FcmAdapterTests : HttpAdapterContract
{
    readonly RSA key = RSA.Create(2_048);

    protected override string Channel => "push";

    protected override string Address => "device-token";

    protected override Answer Taken => new(200, """{"name":"projects/shop-1/messages/0:1500415314455276%31bd1c9631bd1c96"}""");

    protected override Answer Refused => Fault(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT");

    protected override Answer NoSuchAddress => Fault(404, "NOT_FOUND", "UNREGISTERED");

    static Answer Fault(int status, string word, string code, string? wait = null) => new(
        status, $$$"""{"error":{"code":{{{status}}},"message":"…","status":"{{{word}}}","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"{{{code}}}"}]}}""", wait);

    protected override bool IsMessage(Call call) => call.Path.EndsWith(":send", StringComparison.Ordinal);

    protected override string KeyOf(Call call) => call.Json.GetProperty("message").GetProperty("data").GetProperty("decisionId").GetString()!;

    protected override Answer Beside(Call call) => new(200, """{"access_token":"ya29.first","expires_in":3599,"token_type":"Bearer"}""");

    protected override IChannelAdapter Of(StandIn other) => new FcmAdapter(
        new ChannelOptions { Url = other.Url }, new ServiceAccount("shop-1", "agents@shop-1.iam.gserviceaccount.com", new Uri(other.Url + "/token"), key.ExportPkcs8PrivateKeyPem()), WebhookTarget.Handler(allowPrivate: true), Time);

    [Fact]
    public async Task Every_field_is_as_the_provider_documents_it()
    {
        Is(OtherEnd.Takes);
        var copy = new { title = "Hi", body = "Come back", image = "https://shop.example/a.png", deepLink = "shop://basket", collapseKey = "basket", ttlSeconds = "3600" };
        Assert.Equal("projects/shop-1/messages/0:1500415314455276%31bd1c9631bd1c96", (await Adapter.SendAsync(Message(copy), default)).ProviderMessageId);
        var (login, call) = (Other.Calls.First(), Other.Calls.Last());
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", login.Form["grant_type"]);
        var parts = login.Form["assertion"].Split('.');
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal("""{"alg":"RS256","typ":"JWT"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal(
            ("agents@shop-1.iam.gserviceaccount.com", "https://www.googleapis.com/auth/firebase.messaging", Other.Url + "/token", Time.GetUtcNow().ToUnixTimeSeconds(), 3_600),
            (claims.GetProperty("iss").GetString(), claims.GetProperty("scope").GetString(), claims.GetProperty("aud").GetString(), claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64()));
        Assert.Equal(("POST", "/v1/projects/shop-1/messages:send", "Bearer ya29.first"), (call.Method, call.Path, call.Headers["Authorization"]));
        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse($$"""
                {"message":{"token":"device-token","notification":{"title":"Hi","body":"Come back","image":"https://shop.example/a.png"},"data":{"decisionId":"{{Decision}}","deepLink":"shop://basket"},
                 "android":{"ttl":"3600s","collapse_key":"basket"},"apns":{"headers":{"apns-expiration":"{{Time.GetUtcNow().ToUnixTimeSeconds() + 3_600}}","apns-collapse-id":"basket"} } } }
                """),
            call.Json), call.Json.GetRawText());
    }

    [Fact]
    public async Task A_token_is_asked_for_once_and_again_before_it_ends()
    {
        Is(OtherEnd.Takes);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Adapter.SendAsync(Message(), default)));
        Assert.Single(Other.Calls, call => call.Path == "/token");
        Time.Advance(TimeSpan.FromMinutes(59));
        await Adapter.SendAsync(Message(), default);
        Assert.Equal(2, Other.Calls.Count(call => call.Path == "/token"));
    }

    [Fact]
    public async Task A_token_that_was_withdrawn_is_replaced_once()
    {
        var asked = 0;
        Other.Answer = call => Task.FromResult<Answer?>(call.Path == "/token" ? Beside(call) : ++asked == 1 ? Fault(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR") : Taken);
        Assert.Equal(HandoverStatus.Sent, (await Adapter.SendAsync(Message(), default)).Status);
        Assert.Equal(2, Other.Calls.Count(call => call.Path == "/token"));
    }

    [Theory]
    [InlineData(503, "30", HandoverStatus.Retry)]
    [InlineData(500, "30", HandoverStatus.Retry)]
    [InlineData(500, null, HandoverStatus.Unknown)]
    public async Task A_fault_of_theirs_is_tried_again_where_they_ask_for_it(int status, string? wait, HandoverStatus expected)
    {
        Other.Answer = call => Task.FromResult<Answer?>(IsMessage(call) ? Fault(status, "UNAVAILABLE", "UNAVAILABLE", wait) : Beside(call));
        Assert.Equal(expected, (await Adapter.SendAsync(Message(), default)).Status);
    }

    [Fact]
    public async Task Without_a_token_nothing_was_sent()
    {
        Other.Answer = _ => Task.FromResult<Answer?>(new Answer(503, "{}"));
        var outcome = await Adapter.SendAsync(Message(), default);
        Assert.Equal((HandoverStatus.Retry, true, "login: http 503"), (outcome.Status, outcome.NothingTaken, outcome.Code));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        key.Dispose();
    }
}
