using System.Text;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Delivery;

/// <summary>Messages that agents send by themselves, through the real silo to a real receiver.</summary>
public sealed class DeliveryWalkTests
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    static RunningSilo Silo(HookReceiver receiver) => new()
    {
        Settings =
        {
            ["Delivery:Channels:push:Kind"] = "webhook",
            ["Delivery:Channels:push:Url"] = receiver.Url,
            ["Delivery:Channels:push:Secret"] = Secret,
            ["Delivery:AllowPrivateAddresses"] = "true",
            // The hour of a contact follows from it: after 18:25 the last of five calls would fall into the quiet hours and be held.
            ["Agents:Seed"] = "walk",
        },
    };

    static async Task<IAgentClient> ScheduleAsync(RunningSilo silo, params string[] users)
    {
        var agents = silo.Agents();
        var program = RunningSilo.Program("daily").GetRawText().Replace("\"scheduled\": false", "\"scheduled\": true", StringComparison.Ordinal);
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(program));
        foreach (var user in users)
        {
            await RunningSilo.ArriveAsync(agents, user, RunningSilo.Start);
        }

        return agents;
    }

    static async Task<TimelineEntry[]> OfAsync(IAgentClient agents, string user, string kind) =>
        [.. (await agents.TimelineAsync(user, 500)).Items.Where(entry => entry.Kind == kind)];

    [Fact]
    public async Task A_webhook_is_signed_over_the_bytes_it_carries_and_counts_as_the_treatment()
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var silo = Silo(receiver);
        await using var agents = await ScheduleAsync(silo, "hooked");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(2));
        var call = receiver.Calls.First();
        Assert.Equal(WebhookSignature.Sign(Secret, call.Id, call.Timestamp, call.Body), call.Signature);
        var data = call.Json.GetProperty("data");
        Assert.Equal(("message.send", call.Id, "hooked", "push", "tok"), (call.Json.GetProperty("type").GetString(), data.GetProperty("decisionId").GetString(), data.GetProperty("userId").GetString(), data.GetProperty("channel").GetString(), data.GetProperty("address").GetString()));
        Assert.Equal("Hi Ada", data.GetProperty("message").GetProperty("content").GetProperty("title").GetString());
        Assert.Equal(receiver.Calls.Count, receiver.Calls.Select(one => one.Id).Distinct().Count());
        Assert.Equal("activated", (await agents.ActivateAsync(new DecisionId(call.Id))).State);
    }

    [Fact]
    public async Task A_refusal_for_now_is_tried_again_with_the_same_id_and_body()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (_, attempt) => attempt < 3 ? 503 : 200;
        await using var silo = Silo(receiver);
        await using var agents = await ScheduleAsync(silo, "flaky");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(14));
        var first = receiver.Calls.First().Id;
        var calls = receiver.Calls.Where(call => call.Id == first).ToArray();
        Assert.Equal(3, calls.Length);
        Assert.Single(calls.Select(call => Encoding.UTF8.GetString(call.Body)).Distinct());
        var retries = (await OfAsync(agents, "flaky", "delivery")).Where(entry => entry.DecisionId?.Value == first && entry.More["status"].GetString() == "retrying");
        Assert.Equal(2, retries.Count());
    }

    [Fact]
    public async Task A_hand_over_whose_fate_nobody_learns_counts_as_sent()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (_, _) => 503;
        await using var silo = Silo(receiver);
        await using var agents = await ScheduleAsync(silo, "lost");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(20));
        var first = receiver.Calls.First().Id;
        Assert.Equal(5, receiver.Calls.Count(call => call.Id == first));
        Assert.Contains(await OfAsync(agents, "lost", "activation"), entry => entry.DecisionId?.Value == first && entry.More["status"].GetString() == "unknown");
        Assert.NotEmpty((await agents.UserAsync("lost"))!.More["sends"].EnumerateArray());
    }

    [Fact]
    public async Task A_redirect_is_followed_nowhere_and_voids_the_message()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (_, _) => 302;
        await using var silo = Silo(receiver);
        await using var agents = await ScheduleAsync(silo, "moved");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(14));
        Assert.Equal(receiver.Calls.Count, receiver.Calls.Select(call => call.Id).Distinct().Count());
        Assert.All(await OfAsync(agents, "moved", "delivery"), entry => Assert.Equal("failed", entry.More["status"].GetString()));
        Assert.NotEmpty(receiver.Calls);
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_never_called_again()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (_, _) => 410;
        await using var silo = Silo(receiver);
        await using var agents = await ScheduleAsync(silo, "gone");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(5));
        Assert.Single(receiver.Calls);
        Assert.True((await OfAsync(agents, "gone", "delivery")).Length > 1);
    }

    [Fact]
    public async Task Without_configuration_messages_stay_in_the_sandbox()
    {
        await using var silo = new RunningSilo();
        await using var agents = await ScheduleAsync(silo, "sandboxed");
        var moved = await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(2));
        Assert.True(moved.Deliveries > 0);
        var kept = (await agents.Admin.SandboxAsync("sandboxed")).Items;
        Assert.Equal(moved.Deliveries, kept.Count);
        Assert.All(kept, one => Assert.Equal(("push", "Hi Ada"), (one.Channel, one.Content.GetProperty("content").GetProperty("title").GetString())));
        Assert.Equal(kept.Select(one => one.At).OrderDescending(), kept.Select(one => one.At));
    }
}
