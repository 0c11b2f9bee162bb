using System.Net;
using System.Text.RegularExpressions;
using Aampe.Agents.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>Story D: an operator watches, stops and lets go on, rotates a key and sees a webhook fail; a privacy officer erases somebody.</summary>
[Collection("stories")]
public sealed class OperatorStoryTests(Chromium chromium)
{
    const string Program = """
        {
          "id": "calls", "name": "Calls",
          "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }] }],
          "messages": [{ "id": "m1", "name": "Warm", "channel": "push", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "Come back" } }],
          "experiment": { "salt": "s1", "agentic": 100, "random": 0, "rules": 0, "holdout": 0 }
        }
        """;

    static readonly TimeSpan Day = TimeSpan.FromHours(38);

    [Fact]
    public async Task Figures_a_stop_a_new_key_a_failing_webhook_and_an_erasure()
    {
        await using var hook = await StandInHook.StartAsync();
        await using var silo = new StorySilo
        {
            Settings =
            {
                ["Delivery:Channels:push:Kind"] = "webhook",
                ["Delivery:Channels:push:Url"] = hook.Url,
                ["Delivery:Channels:push:Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                ["Delivery:AllowPrivateAddresses"] = "true",
                // The hour of a contact follows from it.
                ["Agents:Seed"] = "walk",
            },
        };
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Program);
        await silo.AskAsync(HttpMethod.Post, "/v1/programs/calls/transitions", """{"to":"live","reason":"story","override":true}""");
        var (olgas, pias) = (await silo.PersonAsync("olga", "operator"), await silo.PersonAsync("pia", "privacy"));

        // A webhook fails twice and is taken at the third try.
        hook.Answer = call => call < 3 ? 503 : 200;
        await ArriveAsync(silo, "ada");
        await silo.LaterAsync(Day);
        Assert.True(hook.Calls.Count >= 3, $"{hook.Calls.Count} calls.");
        Assert.Single(hook.Calls.Take(3).Distinct());
        await using var olga = await silo.EnterAsync(chromium, "olga", olgas, "/diagnostics");
        await Expect(olga.Test("stages-sentence")).ToContainTextAsync("1 event came in and is applied; none is put aside. Agents are on time.");
        await Expect(olga.Test("figure-events")).ToHaveAttributeAsync("data-value", "1");
        await Expect(olga.Test("figure-lag")).ToHaveAttributeAsync("data-value", "0");
        await Expect(olga.Test("figure-decisions")).ToHaveAttributeAsync("data-value", (await silo.AskAsync(HttpMethod.Get, "/v1/overview")).GetProperty("totals").GetProperty("decisions").GetRawText());
        await Expect(olga.Test("figure-outbox")).ToContainTextAsync("nothing waits");
        await Expect(olga.Page.Locator("[data-way=push]")).ToContainTextAsync("http 503");
        await olga.ScreenshotAsync("story-d-diagnostics");
        Assert.Empty(await olga.BrokenRulesAsync());
        await olga.GotoAsync("/inspector/ada");
        await olga.Test("show-timeline").ClickAsync();
        await Expect(olga.Page.Locator("[data-test=timeline-table] tr", new() { HasText = "retrying" })).ToHaveCountAsync(2);
        await Expect(olga.Page.Locator("[data-test=timeline-table] tr", new() { HasText = "retrying" }).First).ToContainTextAsync("http 503");
        await Expect(olga.Page.Locator("[data-test=timeline-table] tr", new() { HasText = "http 200" }).First).ToContainTextAsync("sent");
        await olga.ScreenshotAsync("story-d-retries");

        // Pause all: a typed word and a reason; nothing goes out until it is let go on.
        await olga.GotoAsync("/");
        await olga.Test("kill-open").ClickAsync();
        await olga.Test("kill-word").FillAsync("pause all");
        await olga.Test("kill-why").FillAsync("price list was wrong");
        await olga.ScreenshotAsync("story-d-pause");
        await olga.Test("kill-send").ClickAsync();
        await Expect(olga.Test("kill-switch")).ToContainTextAsync("Everything is paused");
        var before = hook.Calls.Count;
        await ArriveAsync(silo, "bea");
        Assert.NotEqual("done", (await silo.AskAsync(HttpMethod.Post, "/v1/users/bea/next", """{"activate":true}""")).GetProperty("activation").GetString());
        await silo.LaterAsync(Day);
        Assert.Equal(before, hook.Calls.Count);
        await olga.ScreenshotAsync("story-d-paused");
        await olga.Test("kill-open").ClickAsync();
        await olga.Test("kill-why").FillAsync("it is right again");
        await olga.Test("kill-send").ClickAsync();
        await Expect(olga.Test("kill-switch")).ToHaveCountAsync(0);
        await silo.LaterAsync(Day);
        Assert.True(hook.Calls.Count > before, "Nothing goes out again.");
        await olga.GotoAsync("/audit?actor=person:olga");
        await Expect(olga.Page.Locator("[data-act='killswitch.on']")).ToContainTextAsync(new Regex(@"\d+ \w+ \d\d:\d\d:\d\d.*olga turned the kill switch on.*price list was wrong", RegexOptions.Singleline));
        await Expect(olga.Page.Locator("[data-act='killswitch.off']")).ToContainTextAsync("it is right again");
        await olga.ScreenshotAsync("story-d-audit");

        await RotateAsync(silo, olga);

        // Somebody asks to be forgotten.
        await using var pia = await silo.EnterAsync(chromium, "pia", pias, "/privacy", width: 390);
        await pia.Test("privacy-ids").FillAsync("ada");
        await pia.Test("privacy-kind").SelectOptionAsync(new Microsoft.Playwright.SelectOptionValue { Label = "Erase and suppress" });
        await pia.Test("privacy-reason").FillAsync("asked by letter");
        await pia.Test("privacy-confirm").FillAsync("ada");
        await pia.Test("privacy-begin").ClickAsync();
        await Expect(pia.Test("receipt-status")).ToHaveTextAsync("done");
        await Expect(pia.Page.Locator("[data-store]").First).ToBeVisibleAsync();
        await Expect(pia.Page.Locator("[data-person='0'] td.id")).ToHaveTextAsync(new Regex("^[0-9a-f]{16}…$"));
        Assert.DoesNotMatch(@"\bada\b", await pia.Page.Locator("main").InnerTextAsync());
        Assert.Equal(0, await pia.OverflowAsync());
        await pia.ScreenshotAsync("story-d-receipt-390");
        Assert.Empty(await pia.BrokenRulesAsync());
        await pia.GotoAsync("/inspector/ada");
        await Expect(pia.Test("unknown-user")).ToBeVisibleAsync();

        // Suppressed as a hash: what still comes of that id is taken by nobody.
        await silo.AskAsync(HttpMethod.Post, "/v1/events?wait=applied", """[{"type":"track","userId":"ada","event":"Late","messageId":"late-1"}]""");
        await pia.GotoAsync("/inspector/ada");
        await Expect(pia.Test("unknown-user")).ToBeVisibleAsync();
        Assert.Empty(olga.Wrong.Concat(pia.Wrong));
    }

    static async Task ArriveAsync(StorySilo silo, string user) =>
        await silo.AskAsync(HttpMethod.Post, "/v1/events?wait=applied", $$"""[{"type":"track","userId":"{{user}}","event":"Product Viewed","messageId":"v-{{user}}","context":{"timezone":"Europe/Paris","device":{"token":"t-{{user}}"} } }]""");
    /// <summary>A key is rotated in the console: the old one is good for its grace, and where there is none it is refused.</summary>
    static async Task RotateAsync(StorySilo silo, Visit olga)
    {
        foreach (var (name, grace, expected) in new[] { ("warehouse", "24", HttpStatusCode.OK), ("leaked", "0", HttpStatusCode.Unauthorized) })
        {
            var made = await silo.AskAsync(HttpMethod.Post, "/v1/keys", $$"""{"kind":"server","name":"{{name}}","scopes":["console:read"]}""");
            await olga.GotoAsync("/keys");
            await olga.Page.Locator($"[data-key='{made.GetProperty("id").GetString()}'] [data-test=rotate]").ClickAsync();
            await olga.Test("grace").FillAsync(grace);
            await olga.Test("confirm").ClickAsync();
            var fresh = await olga.Test("key-text").InnerTextAsync();
            using var before = silo.Http(made.GetProperty("key").GetString()!);
            using var after = silo.Http(fresh);
            await Expect(olga.Page.Locator($"[data-key='{made.GetProperty("id").GetString()}'] td:nth-child(6)")).ToHaveTextAsync(new Regex(grace == "0" ? "ended" : @"\d\d:\d\d:\d\d"));
            Assert.Equal((expected, HttpStatusCode.OK), ((await before.GetAsync("/v1/overview")).StatusCode, (await after.GetAsync("/v1/overview")).StatusCode));
        }

        await olga.ScreenshotAsync("story-d-rotated");
    }
}
