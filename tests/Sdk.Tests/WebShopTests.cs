using System.Diagnostics;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Dashboard.Tests.Browser;
using Aampe.Agents.Silo.Tests.Api;
using Aampe.Agents.Silo.Tests.Cards;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Aampe.Agents.Sdk.Tests;

/// <summary>The sample shop in real Chromium, on another origin than the silo.</summary>
[Collection("browser")]
public sealed class WebShopTests(Chromium chromium, ITestOutputHelper output)
{
    const string Hostile = "<img src=x onerror=alert(1)>";

    static async Task<IAgentClient> LiveAsync(RunningSilo silo)
    {
        var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, Shop.Program());
        return agents;
    }

    static async Task<IReadOnlyList<TimelineEntry>> OfAsync(IAgentClient agents, string user, string kind, Func<IReadOnlyList<TimelineEntry>, bool> until)
    {
        for (var tries = 0; ; tries++)
        {
            var found = await CardScene.OfAsync(agents, user, kind);
            if (until(found) || tries == 300)
            {
                return found;
            }

            await Task.Delay(100);
        }
    }

    static RunningSilo OnTheMachinesClock() => new() { Settings = { ["Clock:Kind"] = "system", ["Clock:Start"] = "" } };

    [Fact]
    [Trait("layer", "long")]
    public async Task A_click_leads_to_a_card_its_click_to_the_timeline_and_the_order_to_an_effect()
    {
        await using var silo = new RunningSilo();
        await using var agents = await LiveAsync(silo);
        await using var shop = await Shop.StartAsync(silo, "ada", Hostile);
        await using var visit = await Visit.OpenAsync(chromium.Browser, shop.Url);
        await visit.Page.RouteAsync("https://shop.example/**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<title>Basket</title>" }));
        await visit.FillAsync();
        Assert.NotEmpty(await OfAsync(agents, "ada", "event", events => events.Any(one => one.More.TryGetValue("name", out var name) && name.GetString() == "Basket Filled")));
        // On a simulated clock what is due happens when the clock is moved.
        var decided = await agents.Admin.SetClockAsync(RunningSilo.Start.AddSeconds(5));
        Assert.Equal(1, decided.Decisions);

        await Assertions.Expect(visit.Card).ToBeVisibleAsync();
        await Assertions.Expect(visit.Card.Locator("h2")).ToContainTextAsync(Hostile);
        Assert.Equal(0, await visit.Card.Locator("img").CountAsync());
        Assert.Empty(await visit.BrokenRulesAsync());
        await visit.ScreenshotAsync("webshop-card");
        var id = (await visit.Page.Locator("[data-agents-card]").GetAttributeAsync("data-agents-card"))!;
        await visit.Card.GetByRole(AriaRole.Link, new() { Name = "To your basket" }).ClickAsync();
        await visit.Page.WaitForURLAsync($"https://shop.example/basket?aid={id}");
        var deliveries = await OfAsync(agents, "ada", "delivery", found => found.Count == 2);
        Assert.Equal(["clicked", "delivered"], deliveries.Select(entry => entry.More["status"].GetString()));
        Assert.All(deliveries, entry => Assert.Equal(id, entry.DecisionId!.Value.Value));

        await visit.Page.GotoAsync("/");
        await Assertions.Expect(visit.Page.Locator("#who")).ToContainTextAsync("Signed in as");
        await visit.FillAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Buy" }).ClickAsync();
        Assert.NotEmpty(await OfAsync(agents, "ada", "event", events => events.Any(one => one.More.TryGetValue("name", out var name) && name.GetString() == "Order Completed")));
        Assert.Equal("pending", (await EffectAsync(silo, id)).GetProperty("state").GetString());
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(3));
        var receipt = await EffectAsync(silo, id);
        output.WriteLine(receipt.ToString());
        Assert.NotEqual("pending", receipt.GetProperty("state").GetString());
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    [Trait("layer", "long")]
    public async Task On_the_machines_clock_the_card_follows_the_click_and_escape_dismisses_it()
    {
        await using var silo = OnTheMachinesClock();
        await using var agents = await LiveAsync(silo);
        await using var shop = await Shop.StartAsync(silo, "eve", "Eve");
        await using var visit = await Visit.OpenAsync(chromium.Browser, shop.Url, dark: true, width: 390, motion: ReducedMotion.Reduce);
        var clicked = Stopwatch.GetTimestamp();
        await visit.FillAsync();
        await Assertions.Expect(visit.Card).ToBeVisibleAsync(new() { Timeout = 30_000 });
        output.WriteLine($"from click to visible card, ms: {Stopwatch.GetElapsedTime(clicked).TotalMilliseconds:0}");
        Assert.Equal("none", await visit.Card.EvaluateAsync<string>("card => getComputedStyle(card).animationName"));
        Assert.Empty(await visit.BrokenRulesAsync());
        await visit.ScreenshotAsync("webshop-card-dark-390");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visit.Card).Not.ToBeVisibleAsync();
        Assert.Equal(["dismissed", "delivered"], (await OfAsync(agents, "eve", "delivery", found => found.Count == 2)).Select(entry => entry.More["status"].GetString()));
        // Where the user was, the user is again, and the keyboard reaches everything.
        Assert.Equal("BUTTON", await visit.Page.EvaluateAsync<string>("() => document.activeElement.tagName"));
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    [Trait("layer", "long")]
    public async Task A_page_that_was_offline_sends_what_happened_and_gets_the_card_that_it_missed_once()
    {
        await using var silo = OnTheMachinesClock();
        await using var agents = await LiveAsync(silo);
        await using var shop = await Shop.StartAsync(silo, "off", "Off");
        await using var visit = await Visit.OpenAsync(chromium.Browser, shop.Url);
        await visit.Page.GotoAsync("about:blank");
        await CardScene.FillAsync(silo, "off", "elsewhere");
        var card = Assert.Single(await OfAsync(agents, "off", "decision", found => found.Count > 0)).DecisionId!.Value.Value;
        await visit.Page.GotoAsync("/");
        await Assertions.Expect(visit.Card).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Equal(card, await visit.Page.Locator("[data-agents-card]").GetAttributeAsync("data-agents-card"));
        await visit.Card.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        Assert.Equal(["dismissed", "delivered"], (await OfAsync(agents, "off", "delivery", found => found.Count == 2)).Select(entry => entry.More["status"].GetString()));
        await visit.Page.ReloadAsync();
        await Assertions.Expect(visit.Page.Locator("#who")).ToContainTextAsync("Signed in as");

        await visit.Context.SetOfflineAsync(true);
        await visit.FillAsync();
        await visit.Page.WaitForTimeoutAsync(300);
        Assert.Single(await CardScene.OfAsync(agents, "off", "event"), Filled);
        Assert.Equal(0, await visit.Page.Locator("[data-agents-card]").CountAsync());
        await visit.Context.SetOfflineAsync(false);
        Assert.Equal(2, (await OfAsync(agents, "off", "event", found => found.Count(Filled) == 2)).Count(Filled));
        await visit.Page.ReloadAsync();
        await Assertions.Expect(visit.Page.Locator("#who")).ToContainTextAsync("Signed in as");
        Assert.Equal(2, (await CardScene.OfAsync(agents, "off", "event")).Count(Filled));

        static bool Filled(TimelineEntry entry) => entry.More.TryGetValue("name", out var name) && name.GetString() == "Basket Filled";
    }

    [Theory]
    [Trait("layer", "long")]
    [InlineData("ar", "rtl", "مرحبا {{ user.firstName }}", "مرحبا Ada")]
    [InlineData("de-DE", "ltr", "Hallo {{ user.firstName }}, {{ 1234.5 | number: 2 }}", "Hallo Ada, 1.234,50")]
    public async Task A_card_is_drawn_in_the_language_and_direction_of_its_message(string locale, string direction, string title, string shown)
    {
        await using var silo = new RunningSilo();
        await using var agents = silo.Agents();
        var program = Shop.Program().GetRawText().Replace("\"channel\": \"in_app\"", $"\"channel\": \"in_app\", \"locale\": \"{locale}\"", StringComparison.Ordinal)
            .Replace("Good choice, {{ user.firstName }}", title, StringComparison.Ordinal).Replace("In your basket, {{ user.firstName }}", title, StringComparison.Ordinal);
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(program));
        await using var shop = await Shop.StartAsync(silo, "ada", "Ada");
        await using var visit = await Visit.OpenAsync(chromium.Browser, shop.Url);
        await visit.FillAsync();
        Assert.NotEmpty(await OfAsync(agents, "ada", "event", events => events.Any(one => one.More.TryGetValue("name", out var name) && name.GetString() == "Basket Filled")));
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddSeconds(5));
        await Assertions.Expect(visit.Card).ToBeVisibleAsync();
        await Assertions.Expect(visit.Card.Locator("h2")).ToHaveTextAsync(shown);
        Assert.Equal((locale, direction), (await visit.Card.GetAttributeAsync("lang"), await visit.Card.GetAttributeAsync("dir")));
        Assert.Equal(direction, await visit.Card.EvaluateAsync<string>("card => getComputedStyle(card).direction"));
        // The way out stands at the end of the line: left where lines end on the left.
        var (card, close) = ((await visit.Card.BoundingBoxAsync())!, (await visit.Card.Locator("button").BoundingBoxAsync())!);
        Assert.Equal(direction == "rtl", close.X - card.X < card.X + card.Width - close.X - close.Width);
        await visit.ScreenshotAsync("webshop-card-" + direction);
        Assert.Empty(await visit.BrokenRulesAsync());
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task The_scripts_are_small_and_any_page_may_load_them()
    {
        await using var silo = new RunningSilo();
        using var http = new HttpClient { BaseAddress = silo.Address() };
        foreach (var file in new[] { "agents.js", "agents-push.js", "agents-sw.js" })
        {
            using var response = await http.GetAsync("/sdk/" + file);
            var script = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal(("text/javascript", "*"), (response.Content.Headers.ContentType!.MediaType, response.Headers.GetValues("Access-Control-Allow-Origin").Single()));
            Assert.InRange(script.Length, 500, 10 * 1024);
            using var again = new HttpRequestMessage(HttpMethod.Get, "/sdk/" + file);
            again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
            using var known = await http.SendAsync(again);
            Assert.Equal(System.Net.HttpStatusCode.NotModified, known.StatusCode);
        }
    }

    static async Task<JsonElement> EffectAsync(RunningSilo silo, string id)
    {
        using var http = silo.Http();
        return JsonElement.Parse(await http.GetStringAsync($"/v1/decisions/{id}/effect"));
    }
}
