using Aampe.Agents.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>Copy in German and in Arabic, as its writer sees it before it goes.</summary>
[Collection("stories")]
public sealed class LanguageTests(Chromium chromium, StorySilo silo) : IClassFixture<StorySilo>
{
    [Fact]
    public async Task A_preview_is_drawn_in_the_language_and_direction_of_its_message()
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", """
            {
              "id": "words", "name": "Words",
              "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
              "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm" }] }],
              "messages": [
                { "id": "de", "channel": "push", "locale": "de-DE", "labels": { "tone": "warm" }, "content": { "title": "Am {{ now | date: \"%A\" }}", "body": "Noch {{ user.left | number: 2 }} € bis zum Rabatt." }, "variables": [{ "name": "user.left", "default": "5" }] },
                { "id": "ar", "channel": "push", "locale": "ar", "labels": { "tone": "warm" }, "content": { "title": "مرحبا", "body": "سلتك في انتظارك." } },
                { "id": "armail", "channel": "email", "locale": "ar-EG", "labels": { "tone": "warm" }, "content": { "subject": "مرحبا", "text": "سلتك في انتظارك. {{ unsubscribeUrl }}", "html": "<p>سلتك في انتظارك.</p>" } }
              ],
              "experiment": { "salt": "s1", "agentic": 100, "random": 0, "rules": 0, "holdout": 0 }
            }
            """.Replace(" {{ unsubscribeUrl }}", "", StringComparison.Ordinal));
        await silo.AskAsync(HttpMethod.Post, "/v1/events?wait=applied", """[{"type":"identify","userId":"uli","messageId":"w1","traits":{"left":1234.5}}]""");
        await using var visit = await silo.EnterAsync(chromium, "admin", StorySilo.AdminPassword, "/catalogue/words/de");
        await visit.Test("p-user").FillAsync("uli");
        await visit.Test("show").ClickAsync();
        await Expect(visit.Test("device")).ToContainTextAsync("Am Dienstag");
        await Expect(visit.Test("device")).ToContainTextAsync("Noch 1.234,50 € bis zum Rabatt.");
        await Expect(visit.Test("device")).ToHaveAttributeAsync("lang", "de-DE");
        await Expect(visit.Test("device")).ToHaveAttributeAsync("dir", "ltr");
        foreach (var (id, locale) in new[] { ("ar", "ar"), ("armail", "ar-EG") })
        {
            await visit.GotoAsync("/catalogue/words/" + id);
            await visit.Test("show").ClickAsync();
            await Expect(visit.Test("device")).ToHaveAttributeAsync("lang", locale);
            await Expect(visit.Test("device")).ToHaveAttributeAsync("dir", "rtl");
            Assert.Equal("rtl", await visit.Test("device").Locator(".title").EvaluateAsync<string>("title => getComputedStyle(title).direction"));
            await visit.ScreenshotAsync("preview-" + id);
        }

        var frame = visit.Page.FrameLocator("[data-test=device] iframe").Locator("html");
        Assert.Equal(("ar-EG", "rtl"), (await frame.GetAttributeAsync("lang"), await frame.EvaluateAsync<string>("root => getComputedStyle(root).direction")));
        Assert.Empty(await visit.BrokenRulesAsync());
        Assert.Empty(visit.Wrong);
    }
}
