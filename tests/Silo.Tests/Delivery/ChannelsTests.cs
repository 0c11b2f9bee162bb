using System.Net;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Tests.Api;
using Aampe.Agents.Silo.Tests.Delivery.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Silo.Tests.Delivery;

/// <summary>What operators see of channels and do with them, through the typed client.</summary>
public sealed class ChannelsTests
{
    [Fact]
    public async Task Every_channel_says_what_it_is_and_a_test_goes_out_by_itself()
    {
        await using var sink = new MailSink { Recipient = (address, _) => address.StartsWith("gone", StringComparison.Ordinal) ? (550, "5.1.1 no such user") : null };
        await using var silo = MailTown.Silo(sink.Port);
        await using var agents = silo.Agents();
        var channels = await agents.Channels.ChannelsAsync();
        Assert.Equal(
            [("email", "smtp", "real", $"127.0.0.1:{sink.Port}"), ("in_app", "pull", "pull", null), ("push", "sandbox", "sandbox", null), ("sms", "sandbox", "sandbox", null), ("whatsapp", "sandbox", "sandbox", null)],
            channels.Select(one => (one.Channel, one.Kind, one.Tested, one.Target)).OrderBy(one => one.Channel, StringComparer.Ordinal));
        var result = await agents.Channels.TestAsync("email", "me@home.example");
        Assert.Equal(("sent", "smtp 250", false), (result.Status, result.Code, result.AddressDead));
        Assert.Equal(("Test message", null), (Assert.Single(sink.Mails).Subject, sink.Mails.First().Headers["List-Unsubscribe"]));
        Assert.Equal(("refused", true), ((await agents.Channels.TestAsync("email", "gone@home.example")).Status, (await agents.Channels.TestAsync("email", "gone@home.example")).AddressDead));
        Assert.Equal("nothing_to_call", (await Assert.ThrowsAsync<AgentConflictException>(async () => await agents.Channels.TestAsync("in_app", "x"))).Code);
        Assert.Equal("not_found", (await Assert.ThrowsAsync<AgentNotFoundException>(async () => await agents.Channels.TestAsync("pigeon", "x"))).Code);
        using var http = silo.Http();
        var trail = JsonElement.Parse(await http.GetStringAsync("/v1/audit?kind=channel")).GetProperty("items");
        Assert.Equal(3, trail.GetArrayLength());
        Assert.DoesNotContain("home.example", trail.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_fails_keeps_its_messages_until_it_is_let_work_again()
    {
        await using var sink = new MailSink();
        await using var silo = MailTown.Silo(sink.Port);
        await using var agents = await MailTown.OpenAsync(silo);
        await MailTown.ArriveAsync(agents, "ada", "ada@home.example");
        var health = silo.Services.GetRequiredService<ChannelHealth>();
        var soon = Instant.From(RunningSilo.Start.AddDays(2));
        for (var i = 0; i < 100; i++)
        {
            health.Note("email", new HandoverOutcome(HandoverStatus.Retry, soon, null, "smtp connection", null));
        }

        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(14));
        Assert.Empty(sink.Named);
        var status = (await agents.Channels.ChannelsAsync()).Single(one => one.Channel == "email");
        Assert.Equal((true, 100, "smtp connection"), (status.Down, status.Failed, status.LastFailure));
        Assert.False((await agents.Channels.ResetAsync("email")).Down);
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(3));
        Assert.NotEmpty(sink.Mails);
    }

    [Fact]
    public async Task Keys_are_made_rotated_and_revoked_through_the_client()
    {
        await using var silo = new RunningSilo();
        await using var agents = silo.Agents();
        var made = await agents.Channels.CreateKeyAsync(new KeyDraft { Kind = "Server", Name = "Warehouse", Scopes = ["next-message"] });
        using var http = silo.Http(made.Key!);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/v1/version")).StatusCode);
        var rotated = await agents.Channels.RotateKeyAsync(made.Id, 1);
        using var newer = silo.Http(rotated.Key!);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await http.GetAsync("/v1/version")).StatusCode, (await newer.GetAsync("/v1/version")).StatusCode));
        await agents.Channels.RevokeKeyAsync(made.Id);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/version")).StatusCode);
        var keys = await agents.Channels.KeysAsync();
        Assert.All(keys, key => Assert.Null(key.Key));
        Assert.Contains(keys, key => key.Id == rotated.Id && key.Scopes is ["next-message"]);
        Assert.Equal("/scopes", (await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Channels.CreateKeyAsync(new KeyDraft { Kind = "Server", Name = "x", Scopes = ["fly"] }))).Errors![0].Path);
    }

    [Theory]
    [InlineData("Http:PublicAddress", "", "Http:PublicAddress is empty")]
    [InlineData("Http:PublicAddress", "ftp://agents.example", "Http:PublicAddress must be an https address")]
    [InlineData("Delivery:Channels:email:Tls", "Auto", "Delivery:Channels:email:Tls must be")]
    [InlineData("Delivery:Channels:email:From", "Shop", "Delivery:Channels:email:From must be a mail address")]
    [InlineData("Delivery:Channels:email:Host", "", "Delivery:Channels:email:Host must name the mail server")]
    [InlineData("Delivery:Channels:sms:Kind", "smtp", "allowed: sandbox, pull, webhook, twilio")]
    [InlineData("Delivery:Channels:push:Kind", "fcm", "Delivery:Channels:push:CredentialsFile must name the file")]
    [InlineData("Delivery:AllowPrivateAddresses", "false", "Delivery:Channels:email:Tls is 'None'")]
    public void A_wrong_setting_stops_the_start_and_is_named(string key, string value, string fault)
    {
        using var town = MailTown.Silo(25);
        town.Settings[key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(town.Settings!).Build();
        var rules = new DeliveryOptionsRules(Microsoft.Extensions.Options.Options.Create(configuration.GetSection("Http").Get<HttpOptions>()!));
        var verdict = rules.Validate(null, configuration.GetSection("Delivery").Get<DeliveryOptions>()!);
        Assert.Contains(fault, verdict.FailureMessage, StringComparison.Ordinal);
    }
}
