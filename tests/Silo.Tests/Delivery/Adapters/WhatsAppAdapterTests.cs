using System.Text.Json;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Delivery.Providers;

namespace Aampe.Agents.Silo.Tests.Delivery.Adapters;

public sealed class WhatsAppAdapterTests : HttpAdapterContract
{
    protected override string Channel => "whatsapp";

    protected override string Address => "+33612345678";

    protected override Answer Taken => new(200, """{"messaging_product":"whatsapp","contacts":[{"input":"+33612345678","wa_id":"33612345678"}],"messages":[{"id":"wamid.HBgL","message_status":"accepted"}]}""");

    protected override Answer Refused => Fault(400, 132001, "Template name does not exist in the translation");

    protected override Answer NoSuchAddress => Fault(400, 131026, "Message undeliverable");

    static Answer Fault(int status, int code, string message) =>
        new(status, $$$"""{"error":{"message":"(#{{{code}}}) {{{message}}}","type":"OAuthException","code":{{{code}}},"error_data":{"messaging_product":"whatsapp","details":"…"},"fbtrace_id":"A"}}""");

    protected override string KeyOf(Call call) => call.Json.GetProperty("biz_opaque_callback_data").GetString()!;

    protected override IChannelAdapter Of(StandIn other) => new WhatsAppAdapter(
        new ChannelOptions { Url = other.Url + "/v23.0", Account = "106540352242922", Secret = "EAAJB-token-0123456789" }, WebhookTarget.Handler(allowPrivate: true), Time);

    [Fact]
    public async Task Every_field_is_as_the_provider_documents_it()
    {
        Is(OtherEnd.Takes);
        var outcome = await Adapter.SendAsync(Message(new { template = "come_back", language = "fr", parameters = new Dictionary<string, string> { ["2"] = "12 €", ["1"] = "Ada" } }), default);
        Assert.Equal("wamid.HBgL", outcome.ProviderMessageId);
        var call = Assert.Single(Other.Calls);
        Assert.Equal(("POST", "/v23.0/106540352242922/messages", "Bearer EAAJB-token-0123456789"), (call.Method, call.Path, call.Headers["Authorization"]));
        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse($$"""
                {"messaging_product":"whatsapp","recipient_type":"individual","to":"+33612345678","type":"template","biz_opaque_callback_data":"{{Decision}}",
                 "template":{"name":"come_back","language":{"code":"fr"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ada"},{"type":"text","text":"12 €"}]}]} }
                """),
            call.Json), call.Json.GetRawText());
    }

    [Fact]
    public async Task Without_parameters_and_language_the_copy_s_own_is_named()
    {
        Is(OtherEnd.Takes);
        await Adapter.SendAsync(Message(), default);
        var template = Assert.Single(Other.Calls).Json.GetProperty("template");
        Assert.Equal(("fr_FR", false), (template.GetProperty("language").GetProperty("code").GetString(), template.TryGetProperty("components", out _)));
    }

    [Theory]
    [InlineData(130429, HandoverStatus.Retry, false)]
    [InlineData(131048, HandoverStatus.Retry, false)]
    [InlineData(131050, HandoverStatus.Refused, true)]
    [InlineData(131047, HandoverStatus.Refused, false)]
    public async Task A_code_says_more_than_the_status(int code, HandoverStatus status, bool optedOut)
    {
        Other.Answer = _ => Task.FromResult<Answer?>(Fault(400, code, "…"));
        var outcome = await Adapter.SendAsync(Message(), default);
        Assert.Equal((status, optedOut, true), (outcome.Status, outcome.OptedOut, outcome.NothingTaken));
    }

    [Fact]
    public async Task Copy_without_a_template_calls_nobody()
    {
        Is(OtherEnd.Takes);
        Assert.Equal("no_template", (await Adapter.SendAsync(Message(new { body = "Hi" }), default)).Code);
        Assert.Empty(Other.Calls);
    }
}
