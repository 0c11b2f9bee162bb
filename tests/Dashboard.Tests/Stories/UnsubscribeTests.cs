using Aampe.Agents.Dashboard.Tests.Browser;
using Aampe.Agents.Silo.Delivery.Unsubscribing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>The page behind the unsubscribe link of a message, in a browser, against the whole silo.</summary>
[Collection("stories")]
public sealed class UnsubscribeTests(Chromium chromium, StorySilo silo) : IClassFixture<StorySilo>
{
    const string Program = """
        {
          "id": "p", "name": "P", "scheduled": false,
          "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }] }],
          "messages": [{ "id": "m1", "name": "Warm", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi" } }],
          "experiment": { "salt": "s1", "agentic": 100, "random": 0, "rules": 0, "holdout": 0 }
        }
        """;

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task A_person_reads_presses_one_button_and_is_unsubscribed(bool dark, int width)
    {
        var (program, user) = ($"p{width}", $"ada-{width}");
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Program.Replace("\"id\": \"p\"", $"\"id\": \"{program}\"", StringComparison.Ordinal));
        await silo.AskAsync(HttpMethod.Post, $"/v1/programs/{program}/transitions", """{"to":"live","reason":"test","override":true}""");
        var decision = (await silo.AskAsync(HttpMethod.Post, $"/v1/users/{user}/next", $$"""{"programId":"{{program}}"}""")).GetProperty("decisionId").GetString()!;
        var token = await silo.Services.GetRequiredService<UnsubscribeLinks>().TokenAsync(decision, default);
        await using var visit = await Visit.OpenAsync(chromium.Browser, silo.Url, dark, width);
        await visit.Page.GotoAsync("/v1/unsubscribe/" + token);
        await Expect(visit.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Unsubscribe");
        await visit.ScreenshotAsync($"unsubscribe-{(dark ? "dark" : "light")}-{width}");
        Assert.Empty(await visit.BrokenRulesAsync());
        Assert.Equal(0, await visit.OverflowAsync());
        Assert.Equal(0, (await silo.AskAsync(HttpMethod.Get, $"/v1/users/{user}/consent")).GetProperty("items").GetArrayLength());
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("You are unsubscribed");
        Assert.Empty(await visit.BrokenRulesAsync());
        var consent = (await silo.AskAsync(HttpMethod.Get, $"/v1/users/{user}/consent")).GetProperty("items")[0];
        Assert.Equal(("in_app", "denied", "one-click"), (consent.GetProperty("channel").GetString(), consent.GetProperty("status").GetString(), consent.GetProperty("source").GetString()));
        Assert.Empty(visit.Wrong);
    }
}
