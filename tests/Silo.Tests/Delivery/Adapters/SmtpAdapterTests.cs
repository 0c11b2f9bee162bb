using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Delivery.Mail;
using Aampe.Agents.Silo.Delivery.Unsubscribing;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Tests.Delivery.Mail;
using Aampe.Agents.Silo.Tests.Security;

namespace Aampe.Agents.Silo.Tests.Delivery.Adapters;

public sealed class SmtpAdapterTests : AdapterContract
{
    readonly KeyRing keys = new(new MemoryDocuments(), TimeProvider.System);
    MailSink sink = null!;
    SmtpAdapter adapter = null!;

    protected override IChannelAdapter Adapter => adapter;

    protected override string Channel => "email";

    protected override string Address => "ada@home.example";

    protected override IReadOnlyList<string> Arrived => [.. sink.Offered.Select(mail => mail.MessageId!.Split('@')[0])];

    protected override bool AsksToWait => false;

    public override Task InitializeAsync()
    {
        sink = new MailSink();
        adapter = new SmtpAdapter(
            new ChannelOptions { Host = "127.0.0.1", Port = sink.Port, Tls = "None", From = "news@shop.example" },
            new UnsubscribeLinks(keys, Microsoft.Extensions.Options.Options.Create(new HttpOptions { PublicAddress = "https://agents.example" })), Time);
        return Task.CompletedTask;
    }

    public override async Task DisposeAsync()
    {
        adapter.Dispose();
        await sink.DisposeAsync();
        keys.Dispose();
    }

    protected override void Is(OtherEnd end)
    {
        sink.Recipient = (_, _) => end == OtherEnd.KnowsNoSuchAddress ? (550, "5.1.1 no such user") : null;
        sink.Taken = async _ =>
        {
            switch (end)
            {
                case OtherEnd.Refuses:
                    return (554, "5.7.1 spam");
                case OtherEnd.IsBusy:
                    return (451, "4.3.2 later");
                case OtherEnd.IsSilent:
                    await Task.Delay(TimeSpan.FromSeconds(30));
                    return null;
                case OtherEnd.Breaks or OtherEnd.Cuts:
                    throw new MailSink.CutException();
                default:
                    return null;
            }
        };
    }

    protected override async Task CloseAsync() => await sink.DisposeAsync();

    [Theory]
    [InlineData("ada@home.example\r\nBcc: eve@evil.example")]
    [InlineData("ada@home.example, eve@evil.example")]
    [InlineData("ada")]
    [InlineData("@home.example")]
    public async Task An_address_that_is_none_or_more_than_one_goes_nowhere(string address)
    {
        Is(OtherEnd.Takes);
        var outcome = await adapter.SendAsync(Message(address: address), default);
        Assert.Equal((HandoverStatus.Refused, "address_invalid", true), (outcome.Status, outcome.Code, outcome.AddressDead));
        Assert.Empty(sink.Named);
    }

    [Fact]
    public async Task A_line_break_in_a_header_is_refused()
    {
        Is(OtherEnd.Takes);
        Assert.Equal("header_invalid", (await adapter.SendAsync(Message(new { subject = "Hi\r\nBcc: eve@evil.example", text = "x" }), default)).Code);
        Assert.Equal("sender_invalid", (await adapter.SendAsync(Message(new { subject = "Hi", text = "x", replyTo = "a@b.example\nBcc: eve@evil.example" }), default)).Code);
        Assert.Empty(sink.Named);
    }

    [Fact]
    public async Task Copy_may_name_another_sender_of_the_same_domain_only()
    {
        Is(OtherEnd.Takes);
        Assert.Equal("sender_invalid", (await adapter.SendAsync(Message(new { subject = "Hi", text = "x", from = "ceo@bank.example" }), default)).Code);
        Assert.Equal(HandoverStatus.Sent, (await adapter.SendAsync(Message(new { subject = "Hi", text = "x", from = "Ada of Shop <ada@shop.example>" }), default)).Status);
        Assert.Equal("\"Ada of Shop\" <ada@shop.example>", Assert.Single(sink.Mails).From.ToString());
    }

    [Fact]
    public async Task Mail_that_is_no_marketing_has_no_list_to_leave()
    {
        Is(OtherEnd.Takes);
        await adapter.SendAsync(Message(category: "transactional"), default);
        Assert.Null(Assert.Single(sink.Mails).Headers["List-Unsubscribe"]);
    }

    [Fact]
    public async Task Several_mails_go_over_one_connection_and_a_stale_one_is_replaced()
    {
        Is(OtherEnd.Takes);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HandoverStatus.Sent, (await adapter.SendAsync(Message(), default)).Status);
        }

        Assert.Equal(1, sink.Sessions);
        Time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(HandoverStatus.Sent, (await adapter.SendAsync(Message(), default)).Status);
        Assert.Equal(2, sink.Sessions);
    }
}
