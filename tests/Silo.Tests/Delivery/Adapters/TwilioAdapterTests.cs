using System.Text;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Delivery.Providers;

namespace Aampe.Agents.Silo.Tests.Delivery.Adapters;

public sealed class TwilioAdapterTests : HttpAdapterContract
{
    const string Account = "AC0123456789abcdef0123456789abcdef", Token = "0123456789abcdef0123456789abcdef";

    protected override string Channel => "sms";

    protected override string Address => "+33612345678";

    // Replies as the provider's documentation shows them.
    protected override Answer Taken => new(201, """{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","error_code":null}""");

    protected override Answer Refused => new(400, """{"code":21602,"message":"Message body is required.","more_info":"https://www.twilio.com/docs/errors/21602","status":400}""");

    protected override Answer NoSuchAddress => new(400, """{"code":21211,"message":"The 'To' number is not a valid phone number.","more_info":"https://www.twilio.com/docs/errors/21211","status":400}""");

    protected override string KeyOf(Call call) => call.Form["StatusCallback"].Split("decision=")[1];

    protected override IChannelAdapter Of(StandIn other) => new TwilioAdapter(
        new ChannelOptions { Url = other.Url, Account = Account, Secret = Token, From = "+15005550006" }, WebhookTarget.Handler(allowPrivate: true), "https://agents.example/v1/callbacks/sms", Time);

    [Fact]
    public async Task Every_field_is_as_the_provider_documents_it()
    {
        Is(OtherEnd.Takes);
        var outcome = await Adapter.SendAsync(Message(), default);
        Assert.Equal("SM0123456789abcdef0123456789abcdef", outcome.ProviderMessageId);
        var call = Assert.Single(Other.Calls);
        Assert.Equal(("POST", $"/2010-04-01/Accounts/{Account}/Messages.json", "application/x-www-form-urlencoded"), (call.Method, call.Path, call.Headers["Content-Type"]));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Account}:{Token}")), call.Headers["Authorization"]);
        Assert.Equal(
            [
                ("Body", $"Come back https://shop.example/?aid={Decision}"), ("From", "+15005550006"), ("StatusCallback", $"https://agents.example/v1/callbacks/sms?decision={Decision}"),
                ("To", "+33612345678"), ("ValidityPeriod", "21600"),
            ],
            call.Form.Select(field => (field.Key, field.Value)).Order());
    }

    [Fact]
    public async Task A_messaging_service_stands_in_the_place_of_a_number()
    {
        Is(OtherEnd.Takes);
        using var adapter = new TwilioAdapter(
            new ChannelOptions { Url = Other.Url, Account = Account, Secret = Token, From = "MG0123" }, WebhookTarget.Handler(allowPrivate: true), null, Time);
        await adapter.SendAsync(Message(new { text = "Grüße 😀" }), default);
        var form = Assert.Single(Other.Calls).Form;
        Assert.Equal(("MG0123", "Grüße 😀", false, false), (form["MessagingServiceSid"], form["Body"], form.ContainsKey("From"), form.ContainsKey("StatusCallback")));
    }

    [Fact]
    public async Task Who_has_unsubscribed_at_the_provider_is_told()
    {
        Other.Answer = _ => Task.FromResult<Answer?>(new Answer(400, """{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}"""));
        var outcome = await Adapter.SendAsync(Message(), default);
        Assert.Equal((HandoverStatus.Refused, true, false, "http 400 21610"), (outcome.Status, outcome.OptedOut, outcome.AddressDead, outcome.Code));
    }
}
