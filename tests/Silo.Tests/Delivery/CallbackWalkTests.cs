using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Tests.Api;
using Aampe.Agents.Silo.Tests.Delivery.Adapters;

namespace Aampe.Agents.Silo.Tests.Delivery;

/// <summary>Text messages, WhatsApp and push of agents, through the real silo to stand-ins of their providers, and what those call back.</summary>
public sealed class CallbackWalkTests
{
    const string Public = "https://agents.example", AuthToken = "0123456789abcdef0123456789abcdef", AppSecret = "app-secret-0123456789", HookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    static RunningSilo Silo(StandIn other, string channel)
    {
        var silo = new RunningSilo { Settings = { ["Delivery:AllowPrivateAddresses"] = "true", ["Http:PublicAddress"] = Public, ["Agents:Seed"] = "walk" } };
        void Set(string name, string value) => silo.Settings[$"Delivery:Channels:{channel}:{name}"] = value;
        Set("Url", other.Url);
        switch (channel)
        {
            case "sms":
                Set("Kind", "twilio");
                Set("Account", "AC0123456789abcdef0123456789abcdef");
                Set("Secret", AuthToken);
                Set("From", "+15005550006");
                break;
            case "whatsapp":
                Set("Kind", "whatsapp");
                Set("Account", "106540352242922");
                Set("Secret", "EAAJB-token-0123456789");
                Set("CallbackSecret", AppSecret);
                Set("VerifyToken", "verify-me");
                break;
            default:
                Set("Kind", "webhook");
                Set("Secret", HookSecret);
                break;
        }

        return silo;
    }

    static async Task<(IAgentClient Agents, string Decision)> SentAsync(RunningSilo silo, StandIn other, string channel, Func<Call, string> keyOf)
    {
        other.Answer = _ => Task.FromResult<Answer?>(new Answer(200, """{"sid":"SM1","messages":[{"id":"wamid.1"}]}"""));
        var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, JsonElement.Parse($$"""
            {
              "id": "p", "name": "P", "scheduled": true,
              "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
              "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }] }],
              "messages": [{ "id": "m1", "name": "Warm", "channel": "{{channel}}", "labels": { "tone": "warm" }, "content": { "body": "Come back", "template": "come_back" } }],
              "experiment": { "salt": "s1", "agentic": 100, "random": 0, "rules": 0, "holdout": 0 }
            }
            """));
        var context = JsonElement.Parse("""{"timezone":"Europe/Paris","device":{"token":"tok"}}""");
        await agents.IngestAsync(
            [new UserEvent { Type = "identify", UserId = "ada", MessageId = "i", Timestamp = RunningSilo.Start, Traits = JsonElement.Parse("""{"phone":"+33 6 12 34 56 78"}"""), Context = context }],
            new IngestOptions { WaitApplied = true });
        await agents.SetConsentAsync("ada", new ConsentChange { Channel = "*", Status = "granted" });
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(14));
        return (agents, keyOf(other.Calls.First()));
    }

    static async Task<HttpStatusCode> TwilioAsync(RunningSilo silo, string path, string? token, params (string Name, string Value)[] fields)
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        var signed = Public + path + string.Concat(fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => field.Name + field.Value));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        if (token is not null)
        {
#pragma warning disable CA5350 // Twilio signs so.
            request.Headers.Add("X-Twilio-Signature", Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(signed))));
#pragma warning restore CA5350
        }

        return (await http.SendAsync(request)).StatusCode;
    }

    static async Task AppliedAsync(IAgentClient agents) => await agents.IngestAsync(
        [new UserEvent { UserId = "ada", Event = "Product Viewed", Timestamp = RunningSilo.Start.AddDays(1) }], new IngestOptions { WaitApplied = true });

    static async Task<string[]> DeliveriesAsync(IAgentClient agents)
    {
        await AppliedAsync(agents);
        return [.. (await agents.TimelineAsync("ada", 500)).Items.Where(entry => entry.Kind == "delivery").Reverse().Select(entry => entry.More["status"].GetString()!)];
    }

    [Fact]
    public async Task Text_messages_are_reported_once_forward_only_and_only_under_the_signature()
    {
        await using var other = await StandIn.StartAsync();
        await using var silo = Silo(other, "sms");
        var (agents, decision) = await SentAsync(silo, other, "sms", call => call.Form["StatusCallback"].Split('=')[1]);
        await using var _ = agents;
        var path = "/v1/callbacks/sms?decision=" + decision;
        (string, string)[] Status(string status) => [("MessageSid", "SM1"), ("MessageStatus", status), ("To", "+33612345678"), ("From", "+15005550006")];
        Assert.Equal(HttpStatusCode.Unauthorized, await TwilioAsync(silo, path, null, Status("delivered")));
        Assert.Equal(HttpStatusCode.Unauthorized, await TwilioAsync(silo, path, "another-token", Status("delivered")));
        Assert.Equal(HttpStatusCode.OK, await TwilioAsync(silo, path, AuthToken, Status("sent")));
        Assert.Equal(HttpStatusCode.OK, await TwilioAsync(silo, path, AuthToken, Status("read")));
        Assert.Equal(HttpStatusCode.OK, await TwilioAsync(silo, path, AuthToken, Status("delivered")));
        Assert.Equal(HttpStatusCode.OK, await TwilioAsync(silo, path, AuthToken, Status("read")));
        Assert.Equal(["opened"], await DeliveriesAsync(agents));

        Assert.Equal(HttpStatusCode.OK, await TwilioAsync(silo, "/v1/callbacks/sms?decision=dec_unknown", AuthToken, Status("delivered")));
        var letter = Assert.Single((await agents.Admin.DeadLettersAsync()).Items);
        Assert.Equal(("callback", "unknown_decision"), (letter.Source, letter.Reason));
    }

    [Fact]
    [Trait("proves", "R7")]
    public async Task Stop_by_text_message_withdraws_consent_at_once()
    {
        await using var other = await StandIn.StartAsync();
        await using var silo = Silo(other, "sms");
        var (agents, _) = await SentAsync(silo, other, "sms", call => call.Form["StatusCallback"].Split('=')[1]);
        await using var __ = agents;
        Assert.Equal(HttpStatusCode.OK, await TwilioAsync(silo, "/v1/callbacks/sms", AuthToken, ("From", "+33612345678"), ("To", "+15005550006"), ("Body", "Thanks!")));
        Assert.Equal("granted", (await agents.ConsentAsync("ada"))[0].Status);
        Assert.Equal(HttpStatusCode.OK, await TwilioAsync(silo, "/v1/callbacks/sms", AuthToken, ("From", "+33612345678"), ("To", "+15005550006"), ("Body", " stop. ")));
        var consent = (await agents.ConsentAsync("ada"))[0];
        Assert.Equal(("sms", "denied", "reply"), (consent.Channel, consent.Status, consent.Source));
        var sent = other.Calls.Count;
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(9));
        Assert.Equal(sent, other.Calls.Count);
    }

    [Fact]
    public async Task A_number_that_does_not_exist_is_written_to_no_more()
    {
        await using var other = await StandIn.StartAsync();
        await using var silo = Silo(other, "sms");
        var (agents, decision) = await SentAsync(silo, other, "sms", call => call.Form["StatusCallback"].Split('=')[1]);
        await using var _ = agents;
        await TwilioAsync(silo, "/v1/callbacks/sms?decision=" + decision, AuthToken, ("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30005"), ("To", "+33612345678"));
        Assert.Equal(["failed"], await DeliveriesAsync(agents));
        Assert.DoesNotContain("sms", (await agents.UserAsync("ada"))!.More["channels"].EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task WhatsApp_proves_its_address_and_reports_under_its_signature()
    {
        await using var other = await StandIn.StartAsync();
        await using var silo = Silo(other, "whatsapp");
        var (agents, decision) = await SentAsync(silo, other, "whatsapp", call => call.Json.GetProperty("biz_opaque_callback_data").GetString()!);
        await using var _ = agents;
        using var http = new HttpClient { BaseAddress = silo.Address() };
        Assert.Equal("4711", await http.GetStringAsync("/v1/callbacks/whatsapp?hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=4711"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/callbacks/whatsapp?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=4711")).StatusCode);

        async Task<HttpStatusCode> CallAsync(string value, string secret = AppSecret)
        {
            var body = Encoding.UTF8.GetBytes($$"""{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{{value}} }]}]}""");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/callbacks/whatsapp") { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
            return (await http.SendAsync(request)).StatusCode;
        }

        var delivered = $$"""{"messaging_product":"whatsapp","statuses":[{"id":"wamid.1","status":"delivered","timestamp":"{{RunningSilo.Start.AddDays(1).AddHours(13).ToUnixTimeSeconds()}}","recipient_id":"33612345678","biz_opaque_callback_data":"{{decision}}"}]}""";
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(delivered, "another-secret"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(delivered));
        Assert.Equal(HttpStatusCode.BadRequest, await CallAsync("7"));
        Assert.Equal(["delivered"], await DeliveriesAsync(agents));
        Assert.Equal(HttpStatusCode.OK, await CallAsync("""{"messages":[{"from":"33612345678","id":"wamid.2","type":"text","text":{"body":"STOP"}}]}"""));
        Assert.Equal(("whatsapp", "denied"), ((await agents.ConsentAsync("ada"))[0].Channel, (await agents.ConsentAsync("ada"))[0].Status));
    }

    [Fact]
    public async Task Our_own_shape_is_signed_like_the_webhooks_that_go_out()
    {
        await using var other = await StandIn.StartAsync();
        await using var silo = Silo(other, "push");
        var (agents, decision) = await SentAsync(silo, other, "push", call => call.Headers["webhook-id"]);
        await using var _ = agents;
        using var http = new HttpClient { BaseAddress = silo.Address() };
        async Task<HttpStatusCode> CallAsync(string body, string secret = HookSecret, int age = 0)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - age;
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/callbacks/push") { Content = new ByteArrayContent(bytes) };
            request.Headers.Add("webhook-id", "msg_1");
            request.Headers.Add("webhook-timestamp", timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
            request.Headers.Add("webhook-signature", "v1,bm90IGl0 " + WebhookSignature.Sign(secret, "msg_1", timestamp, bytes));
            return (await http.SendAsync(request)).StatusCode;
        }

        var events = $$"""{"events":[{"decisionId":"{{decision}}","type":"delivered"},{"decisionId":"{{decision}}","type":"clicked"},{"decisionId":"dec_gone","type":"clicked"}]}""";
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(events, "whsec_" + Convert.ToBase64String(new byte[24])));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(events, age: 301));
        Assert.Equal(HttpStatusCode.BadRequest, await CallAsync("""{"decisionId":"x","type":"exploded"}"""));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(events));
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("/v1/callbacks/email", null)).StatusCode);
        Assert.Equal(["delivered", "clicked"], await DeliveriesAsync(agents));
        Assert.Single((await agents.Admin.DeadLettersAsync()).Items);
    }
}
