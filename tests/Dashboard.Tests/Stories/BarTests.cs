using Aampe.Agents.Dashboard.Layout;
using Aampe.Agents.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>What is within reach on every screen, and what waits on the first one.</summary>
[Collection("stories")]
public sealed class BarTests(Chromium chromium, StorySilo silo) : IClassFixture<StorySilo>
{
    [Fact]
    public async Task Everything_is_stopped_from_any_screen_without_a_mouse()
    {
        await using var visit = await silo.EnterAsync(chromium, "admin", StorySilo.AdminPassword, "/audit");
        await visit.TabToAsync("bar-stop");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Test("bar-word")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Test("bar-word")).ToHaveCountAsync(0);
        await visit.Test("bar-stop").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Test("bar-word")).ToBeFocusedAsync();
        await visit.ScreenshotAsync("bar-stop");
        Assert.Empty(await visit.BrokenRulesAsync());
        await Expect(visit.Test("bar-send")).ToBeDisabledAsync();
        await visit.Page.Keyboard.TypeAsync("pause all");
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.TypeAsync("drill");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Test("kill-switch")).ToContainTextAsync("Everything is paused. The kill switch is on (drill)");
        Assert.True((await silo.AskAsync(HttpMethod.Get, "/v1/overview")).GetProperty("killSwitch").GetBoolean());

        // The bar, the question and the banner are on every page.
        foreach (var page in ConsolePages.All)
        {
            await visit.GotoAsync(page.Href);
            await Expect(visit.Test("bar-stop")).ToHaveTextAsync("Paused");
            await Expect(visit.Test("kill-switch")).ToHaveCountAsync(1);
        }

        await visit.Page.SetViewportSizeAsync(390, 900);
        Assert.Equal(0, await visit.OverflowAsync());
        await visit.ScreenshotAsync("bar-paused-390");
        await visit.Test("bar-stop").ClickAsync();
        await Expect(visit.Test("bar-why")).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync("drill over");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Test("kill-switch")).ToHaveCountAsync(0);
        await Expect(visit.Test("bar-stop")).ToHaveTextAsync("Pause all");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task The_overview_lists_what_waits_and_what_is_for_whom()
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", """
            {
              "id": "waits", "name": "Waiting",
              "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
              "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }] }],
              "messages": [{ "id": "m1", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "Come back" } }],
              "experiment": { "salt": "s1", "agentic": 100, "random": 0, "rules": 0, "holdout": 0 }
            }
            """);
        var (mias, anas) = (await silo.PersonAsync("tmia", "marketer"), await silo.PersonAsync("tana", "approver"));
        await using var ana = await silo.EnterAsync(chromium, "tana", anas);
        await Expect(ana.Test("tasks")).ToContainTextAsync("Nothing waits");
        await silo.AskAsync(HttpMethod.Post, "/v1/programs/waits/transitions", """{"to":"in_review","reason":"story"}""");
        var settings = await silo.AskAsync(HttpMethod.Get, "/v1/workspace");
        using (var http = silo.Http())
        {
            using var wider = new HttpRequestMessage(HttpMethod.Put, "/v1/workspace")
            {
                Content = new StringContent(settings.GetProperty("document").GetRawText().Replace("\"minGapHours\":8", "\"minGapHours\":2", StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json"),
            };
            wider.Headers.TryAddWithoutValidation("If-Match", "*");
            using var answer = await http.SendAsync(wider);
            Assert.Equal(202, (int)answer.StatusCode);
        }

        await ana.GotoAsync("/");
        await Expect(ana.Page.Locator("[data-task=review][data-mine=true]")).ToContainTextAsync("Waiting: a change waits for review");
        await Expect(ana.Page.Locator("[data-task=limits][data-mine=true]")).ToContainTextAsync("a change waits for approval");
        await Expect(ana.Page.Locator("[data-task=check]")).ToContainTextAsync("launch checks fail");
        await ana.ScreenshotAsync("overview-tasks");
        Assert.Empty(await ana.BrokenRulesAsync());
        await ana.Page.Locator("[data-task=review] a").ClickAsync();
        await Expect(ana.Page).ToHaveURLAsync(silo.Url + "/programs/waits");
        await using var mia = await silo.EnterAsync(chromium, "tmia", mias);
        await Expect(mia.Page.Locator("[data-task=review][data-mine=false]")).ToHaveCountAsync(1);
        Assert.Empty(ana.Wrong.Concat(mia.Wrong));
    }
}
