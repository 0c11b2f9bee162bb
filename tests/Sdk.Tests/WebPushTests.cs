using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Dashboard.Tests.Browser;
using Aampe.Agents.Silo.Tests.Api;
using Aampe.Agents.Silo.Tests.Cards;
using Aampe.Agents.Silo.Tests.Delivery.WebPush;
using Microsoft.Playwright;

namespace Aampe.Agents.Sdk.Tests;

/// <summary>
/// From the event to the notification and back: the silo encrypts, a stand-in for the push service reads it with the browser's key, and the developer tools hand it to
/// the worker in Chromium, since no browser subscribes to anything without its vendor's service.
/// </summary>
[Collection("browser")]
public sealed class WebPushTests(Chromium chromium)
{
    [Fact]
    [Trait("layer", "long")]
    public async Task A_push_is_shown_by_the_worker_and_its_click_comes_back()
    {
        await using var service = await PushService.StartAsync();
        await using var silo = new RunningSilo
        {
            Settings = { ["Delivery:Channels:push:Kind"] = "webpush", ["Delivery:Channels:push:From"] = "ops@shop.example", ["Delivery:AllowPrivateAddresses"] = "true", ["Delivery:PushHosts"] = "127.0.0.1" },
        };
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(RunningSilo.Program("pushed").GetRawText().Replace("\"scheduled\": false", "\"trigger\": \"Basket Filled\"", StringComparison.Ordinal)));
        await using var shop = await Shop.StartAsync(silo, "ada", "Ada");
        await using var visit = await Visit.OpenAsync(chromium.Browser, shop.Url);
        await visit.Context.GrantPermissionsAsync(["notifications"], new() { Origin = shop.Url });
        var tools = await visit.Context.NewCDPSessionAsync(visit.Page);
        var registered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, json) =>
        {
            if (json!.Value.GetProperty("registrations") is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() > 0)
            {
                registered.TrySetResult(all[0].GetProperty("registrationId").GetString()!);
            }
        };
        await tools.SendAsync("ServiceWorker.enable");

        // No browser subscribes to anything without its vendor's service: the rest of what the page does is its own.
        await visit.Page.EvaluateAsync(
            "subscription => { PushManager.prototype.subscribe = async options => { window.subscribedTo = options.applicationServerKey; return { toJSON: () => JSON.parse(subscription) }; }; }", service.Subscription);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Tell me about offers" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#notify")).ToHaveTextAsync("We will tell you.");
        Assert.Equal(87, (await visit.Page.EvaluateAsync<string>("() => window.subscribedTo")).Length);
        var registration = await registered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await UntilAsync(async () => (await agents.UserAsync("ada"))?.More["channels"].EnumerateArray().Any(channel => channel.GetString() == "push") == true);
        await visit.FillAsync();
        await UntilAsync(async () => (await CardScene.OfAsync(agents, "ada", "event")).Any(entry => entry.More.TryGetValue("name", out var name) && name.GetString() == "Basket Filled"));
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddSeconds(5));
        var push = Assert.Single(service.Pushes);
        Assert.True(push.Proved);

        await tools.SendAsync("ServiceWorker.deliverPushMessage", new() { ["origin"] = shop.Url, ["registrationId"] = registration, ["data"] = push.Text });
        await UntilAsync(async () => (await StatusesAsync(agents)).Contains("delivered"));
        var shown = await visit.Page.EvaluateAsync<string[]>("async () => (await (await navigator.serviceWorker.ready).getNotifications()).flatMap(one => [one.title, one.body, one.tag])");
        Assert.Equal($"Hi Ada|{push.Json.GetProperty("body").GetString()}|{push.Json.GetProperty("decisionId").GetString()}", string.Join('|', shown));

        // Nobody can click a notification of the system from here: the worker is told what the system would tell it.
        await InWorkerAsync("self.registration.getNotifications().then(([notification]) => self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))");
        await UntilAsync(async () => (await StatusesAsync(agents)).Contains("clicked"));
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>("async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(one => one.title)"));
    }

    // Playwright for .NET has no workers: the browser's own tools do.
    async Task InWorkerAsync(string expression)
    {
        var browser = await chromium.Browser.NewBrowserCDPSessionAsync();
        var targets = (await browser.SendAsync("Target.getTargets"))!.Value.GetProperty("targetInfos").EnumerateArray();
        var worker = targets.Single(target => target.GetProperty("type").GetString() == "service_worker" && target.GetProperty("url").GetString()!.Contains("/agents-sw.js", StringComparison.Ordinal)).GetProperty("targetId").GetString()!;
        var session = (await browser.SendAsync("Target.attachToTarget", new() { ["targetId"] = worker, ["flatten"] = false }))!.Value.GetProperty("sessionId").GetString()!;
        var message = JsonSerializer.Serialize(new { id = 1, method = "Runtime.evaluate", @params = new { expression, awaitPromise = true, userGesture = true } });
        await browser.SendAsync("Target.sendMessageToTarget", new() { ["sessionId"] = session, ["message"] = message });
    }

    static async Task<IReadOnlyList<string?>> StatusesAsync(IAgentClient agents) => [.. (await CardScene.OfAsync(agents, "ada", "delivery")).Select(entry => entry.More["status"].GetString())];

    static async Task UntilAsync(Func<Task<bool>> reached)
    {
        for (var tries = 0; !await reached(); tries++)
        {
            Assert.True(tries < 300, "It did not come in half a minute.");
            await Task.Delay(100);
        }
    }
}
