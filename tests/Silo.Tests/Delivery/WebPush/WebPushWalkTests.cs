using System.Net;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Delivery.WebPush;

/// <summary>Pushes to a browser, through the real silo to a stand-in for its push service, which reads them with the browser's key.</summary>
public sealed class WebPushWalkTests
{
    // Where it is mid-morning.
    static readonly JsonElement paris = JsonElement.Parse("""{"timezone":"Europe/Paris"}""");

    static RunningSilo Silo(bool allowed = true) => new()
    {
        Settings =
        {
            ["Delivery:Channels:push:Kind"] = "webpush", ["Delivery:Channels:push:From"] = "ops@shop.example", ["Delivery:AllowPrivateAddresses"] = allowed ? "true" : "false", ["Delivery:PushHosts"] = "127.0.0.1",
        },
    };

    static async Task<IAgentClient> SubscribedAsync(RunningSilo silo, PushService service, string user, string body = "Come back")
    {
        var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(RunningSilo.Program("pushed").GetRawText()
            .Replace("\"scheduled\": false", "\"trigger\": \"Basket Filled\"", StringComparison.Ordinal).Replace("Come back", body, StringComparison.Ordinal).Replace("Your basket", body, StringComparison.Ordinal)));
        using var http = silo.Http();
        using var put = await http.PutAsync($"/v1/users/{user}/channels/push", RunningSilo.Json($$"""{"subscription":{{service.Subscription}}}"""));
        Assert.Equal(HttpStatusCode.Accepted, put.StatusCode);
        return agents;
    }

    static async Task<string> FillAsync(IAgentClient agents, string user, DateTimeOffset at, string id = "f-1")
    {
        await agents.IngestAsync([new UserEvent { UserId = user, MessageId = id, Event = "Basket Filled", Timestamp = at, Context = paris }], new IngestOptions { WaitApplied = true });
        await agents.Admin.SetClockAsync(at.AddSeconds(5));
        return (await agents.TimelineAsync(user, 100)).Items.First(entry => entry.Kind == "decision").DecisionId!.Value.Value;
    }

    static async Task<IReadOnlyList<string?>> StatusesAsync(IAgentClient agents, string user, string kind) =>
        [.. (await agents.TimelineAsync(user, 100)).Items.Where(entry => entry.Kind == kind).Select(entry => entry.More.TryGetValue("status", out var status) ? status.GetString() : null)];

    [Fact]
    public async Task What_is_pushed_only_the_browser_can_read_and_the_sender_proves_itself()
    {
        await using var service = await PushService.StartAsync();
        await using var silo = Silo();
        await using var agents = await SubscribedAsync(silo, service, "ada");
        var id = await FillAsync(agents, "ada", RunningSilo.Start);
        var push = Assert.Single(service.Pushes);
        Assert.True(push.Proved);
        Assert.Equal(("mailto:ops@shop.example", id, "ada", "Hi friend", $"https://shop.example/basket?aid={id}"),
            (push.Subject, push.Json.GetProperty("decisionId").GetString(), push.Json.GetProperty("id").GetString(), push.Json.GetProperty("title").GetString(), push.Json.GetProperty("url").GetString()));
        Assert.InRange(int.Parse(push.Ttl, System.Globalization.CultureInfo.InvariantCulture), 6 * 3600 - 10, 6 * 3600);
        Assert.Equal(32, push.Topic.Length);
        Assert.Equal(["sent"], await StatusesAsync(agents, "ada", "activation"));
        using var http = silo.Http();
        var key = JsonElement.Parse(await http.GetStringAsync("/sdk/push.json")).GetProperty("publicKey").GetString();
        Assert.Equal(87, key!.Length);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_subscription_that_is_gone_is_forgotten_and_not_called_again(int status)
    {
        await using var service = await PushService.StartAsync();
        service.Answer = _ => status;
        await using var silo = Silo();
        await using var agents = await SubscribedAsync(silo, service, "gone");
        await FillAsync(agents, "gone", RunningSilo.Start);
        Assert.Equal(["failed"], await StatusesAsync(agents, "gone", "delivery"));
        Assert.DoesNotContain("push", (await agents.UserAsync("gone"))!.More["channels"].EnumerateArray().Select(channel => channel.GetString()));
        // The page says the same subscription again with its next event: it does not revive.
        await agents.IngestAsync([new UserEvent { UserId = "gone", MessageId = "again", Event = "Seen", Context = JsonElement.Parse(JsonSerializer.Serialize(new { device = new { token = service.Subscription } })) }], new IngestOptions { WaitApplied = true });
        await FillAsync(agents, "gone", RunningSilo.Start.AddHours(9), "f-2");
        Assert.Single(service.Pushes);
    }

    [Fact]
    public async Task A_push_service_that_asks_to_wait_is_waited_for()
    {
        await using var service = await PushService.StartAsync();
        service.Answer = attempt => attempt == 1 ? 429 : 201;
        await using var silo = Silo();
        await using var agents = await SubscribedAsync(silo, service, "slow");
        await FillAsync(agents, "slow", RunningSilo.Start);
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddMinutes(9));
        Assert.Single(service.Pushes);
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddMinutes(11));
        Assert.Equal(2, service.Pushes.Count);
        Assert.Single(service.Pushes.Select(push => push.Topic).Distinct());
        Assert.Equal(["sent"], await StatusesAsync(agents, "slow", "activation"));
    }

    [Fact]
    public async Task What_is_too_large_is_void_and_its_cap_is_given_back()
    {
        await using var service = await PushService.StartAsync();
        await using var silo = Silo();
        // Two hundred letters for people, five thousand bytes for the push service.
        await using var agents = await SubscribedAsync(silo, service, "large", string.Concat(Enumerable.Repeat("x" + new string('\u0301', 12), 200)));
        await FillAsync(agents, "large", RunningSilo.Start);
        Assert.Empty(service.Pushes);
        var failed = Assert.Single((await agents.TimelineAsync("large", 100)).Items, entry => entry.Kind == "delivery");
        Assert.StartsWith("payload_too_large", failed.More["code"].GetString(), StringComparison.Ordinal);
        Assert.Empty((await agents.UserAsync("large"))!.More["sends"].EnumerateArray());
    }

    [Fact]
    public async Task A_subscription_that_leads_into_the_own_network_is_neither_taken_nor_called()
    {
        await using var service = await PushService.StartAsync();
        await using var silo = Silo(allowed: false);
        await using var agents = silo.Agents();
        using var http = silo.Http();
        using var put = await http.PutAsync("/v1/users/spy/channels/push", RunningSilo.Json($$"""{"subscription":{{service.Subscription}}}"""));
        Assert.Equal(((HttpStatusCode)422, "/subscription/endpoint"), (put.StatusCode, JsonElement.Parse(await put.Content.ReadAsStringAsync()).GetProperty("errors")[0].GetProperty("pointer").GetString()));
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(RunningSilo.Program("pushed").GetRawText().Replace("\"scheduled\": false", "\"trigger\": \"Basket Filled\"", StringComparison.Ordinal)));
        // A page can state any address: it is looked at again before it is called.
        await agents.IngestAsync([new UserEvent { UserId = "spy", MessageId = "t", Event = "Seen", Timestamp = RunningSilo.Start, Context = JsonElement.Parse(JsonSerializer.Serialize(new { device = new { token = service.Subscription } })) }], new IngestOptions { WaitApplied = true });
        await FillAsync(agents, "spy", RunningSilo.Start);
        Assert.Empty(service.Pushes);
        Assert.StartsWith("endpoint_refused", Assert.Single((await agents.TimelineAsync("spy", 100)).Items, entry => entry.Kind == "delivery").More["code"].GetString(), StringComparison.Ordinal);
    }
}
