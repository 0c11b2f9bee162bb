using Aampe.Agents.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>Action sets are edited in a form: labels come, are renamed and retired, and go the way of every draft.</summary>
[Collection("stories")]
public sealed class ActionSetFormTests(Chromium chromium, StorySilo silo) : IClassFixture<StorySilo>
{
    const string Program = """
        {
          "id": "sets", "name": "Sets",
          "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [
            { "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }, { "id": "brief", "label": "Brief" }] },
            { "id": "gap", "name": "Gap", "dimension": "gap", "actions": [{ "id": "1" }, { "id": "3" }] }
          ],
          "messages": [
            { "id": "m1", "name": "Warm", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "Come back" } },
            { "id": "m2", "name": "Brief", "channel": "in_app", "labels": { "tone": "brief" }, "content": { "title": "Hi", "body": "Back?" } }
          ],
          "experiment": { "salt": "s1", "agentic": 100, "random": 0, "rules": 0, "holdout": 0 }
        }
        """;

    [Fact]
    public async Task Labels_are_added_renamed_and_retired_in_a_form_and_go_through_review()
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Program);
        await silo.AskAsync(HttpMethod.Post, "/v1/programs/sets/transitions", """{"to":"live","reason":"story","override":true}""");
        var (mias, anas) = (await silo.PersonAsync("smia", "marketer"), await silo.PersonAsync("sana", "approver"));
        await using var mia = await silo.EnterAsync(chromium, "smia", mias, "/action-sets?program=sets");
        await mia.Test("edit-sets").ClickAsync();
        await Expect(mia.Page).ToHaveURLAsync(silo.Url + "/action-sets/sets");
        var tone = mia.Page.Locator("[data-set=tone]");
        var gap = mia.Page.Locator("[data-set=gap]");
        await Expect(tone.Locator("[data-test=set-dimension]")).ToBeDisabledAsync();

        // Renamed and described; a new label; one that is live is retired, with what that means said first.
        await tone.Locator("[data-label=warm] [data-test=label-name]").FillAsync("Warm and friendly");
        await tone.Locator("[data-label=warm] [data-test=label-description]").FillAsync("As to a neighbour");
        await tone.Locator("[data-test=new-label]").FillAsync("play ful");
        await Expect(tone.Locator("[data-test=label-fault]")).ToContainTextAsync("Letters, digits, _ and - only.");
        await tone.Locator("[data-test=new-label]").FillAsync("playful");
        await tone.Locator("[data-test=add-label]").ClickAsync();
        await Expect(tone.Locator("[data-label=playful]")).ToContainTextAsync("new");
        await tone.Locator("[data-label=brief] [data-test=retire]").ClickAsync();
        await Expect(tone.Locator("[data-test=retire-warning]")).ToContainTextAsync("Its history stays and can be read; it can never be drawn again");
        await Expect(tone.Locator("[data-test=retire-warning]")).ToContainTextAsync("1 message carries it");
        await mia.ScreenshotAsync("action-sets-edit");
        Assert.Empty(await mia.BrokenRulesAsync());
        await tone.Locator("[data-test=retire-now]").ClickAsync();
        await Expect(tone.Locator("[data-label=brief]")).ToContainTextAsync("retired");

        // Days are numbers in their range; what the form lets through the silo names precisely.
        await gap.Locator("[data-test=new-label]").FillAsync("31");
        await Expect(gap.Locator("[data-test=label-fault]")).ToContainTextAsync("A whole number of days from 1 to 30.");
        await gap.Locator("[data-test=new-label]").FillAsync("7");
        await gap.Locator("[data-test=add-label]").ClickAsync();
        await tone.Locator("[data-test=set-exploration]").FillAsync("0.7");
        await mia.Test("save").ClickAsync();
        await Expect(mia.Test("refused")).ToContainTextAsync("Set Tone, exploration:");
        await Expect(mia.Test("refused")).ToContainTextAsync("0.7");
        await tone.Locator("[data-test=set-exploration]").FillAsync("0.05");
        await mia.Test("save").ClickAsync();
        await Expect(mia.Test("announce")).ToContainTextAsync("1 message was copied so that each new label has one: m1-playful");
        Assert.Empty(mia.Wrong);

        // What is live has not changed yet; somebody else reads the difference, approves and publishes.
        var live = (await silo.AskAsync(HttpMethod.Get, "/v1/programs/sets?state=live")).GetProperty("document").GetRawText();
        Assert.DoesNotContain("playful", live, StringComparison.Ordinal);
        await mia.Test("to-program").ClickAsync();
        await Expect(mia.Test("difference")).ToContainTextAsync("/actionSets/tone/actions/brief/retired");
        await mia.Test("to-in_review").ClickAsync();
        await using var ana = await silo.EnterAsync(chromium, "sana", anas, "/programs/sets");
        await ana.Test("to-approved").ClickAsync();
        await Expect(ana.Test("standing")).ToContainTextAsync("is approved");
        await silo.AskAsync(HttpMethod.Post, "/v1/programs/sets/transitions", """{"to":"live","reason":"story","override":true}""");

        // What is retired is drawn no more, is still shown, and does not come back by another way.
        for (var i = 0; i < 40; i++)
        {
            await silo.AskAsync(HttpMethod.Post, "/v1/events?wait=applied", $$"""[{"type":"identify","userId":"s{{i}}","messageId":"s{{i}}"}]""");
            var next = await silo.AskAsync(HttpMethod.Post, $"/v1/users/s{i}/next", "{}");
            Assert.DoesNotContain("\"chosen\":\"brief\"", next.GetRawText(), StringComparison.Ordinal);
        }

        await ana.GotoAsync("/action-sets/sets");
        await Expect(ana.Page.Locator("[data-set=tone] [data-label=brief]")).ToContainTextAsync("retired");
        await Expect(ana.Page.Locator("[data-set=tone] [data-label=brief] [data-test=unretire]")).ToHaveCountAsync(0);
        using var http = silo.Http();
        using var again = new HttpRequestMessage(HttpMethod.Put, "/v1/programs/sets/sets")
        {
            Content = new StringContent("""{"actionSets":[{"id":"tone","name":"Tone","dimension":"content","actions":[{"id":"warm"},{"id":"brief"},{"id":"playful"}]}]}""", System.Text.Encoding.UTF8, "application/json"),
        };
        again.Headers.TryAddWithoutValidation("If-Match", "*");
        using var refused = await http.SendAsync(again);
        var text = await refused.Content.ReadAsStringAsync();
        Assert.Equal(422, (int)refused.StatusCode);
        Assert.Contains("was retired and can never be drawn again", text, StringComparison.Ordinal);
        Assert.Contains("set \\u0022gap\\u0022 is live", text.Replace("\\\"", "\\u0022", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 390)]
    [InlineData(true, 1280)]
    public async Task The_form_is_accessible_and_inside_the_screen(bool dark, int width)
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Program.Replace("\"id\": \"sets\"", $"\"id\": \"look{width}\"", StringComparison.Ordinal));
        await using var visit = await silo.EnterAsync(chromium, "admin", StorySilo.AdminPassword, $"/action-sets/look{width}", width, dark);
        await visit.Test("add-set").ClickAsync();
        await Expect(visit.Page.Locator("[data-test=set-form]")).ToHaveCountAsync(3);
        await visit.ScreenshotAsync($"action-sets-edit-{(dark ? "dark" : "light")}-{width}");
        Assert.Empty(await visit.BrokenRulesAsync());
        Assert.Equal(0, await visit.OverflowAsync());
        Assert.Empty(visit.Wrong);
    }
}
