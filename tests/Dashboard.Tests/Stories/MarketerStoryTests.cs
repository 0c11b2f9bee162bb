using Aampe.Agents.Dashboard.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>Story B, by clicks: a marketer writes a program, somebody else reviews it, it goes live; and what must not happen on the way.</summary>
[Collection("browser")]
public sealed class MarketerStoryTests(Chromium chromium) : IAsyncLifetime
{
    readonly StorySilo silo = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await silo.DisposeAsync();

    async Task<Visit> EnterAsync(string name, string password, string to = "/", int width = 1280, bool dark = false)
    {
        var visit = await Visit.OpenAsync(chromium.Browser, silo.Url, dark, width);
        await visit.Page.GotoAsync(to);
        await visit.Page.GetByLabel("Name").FillAsync(name);
        await visit.Page.GetByLabel("Password").FillAsync(password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await visit.LiveAsync();
        return visit;
    }

    [Fact]
    public async Task A_program_is_written_reviewed_by_another_published_and_paused()
    {
        var mias = await silo.PersonAsync("mia", "marketer");
        var anas = await silo.PersonAsync("ana", "approver");
        await using var mia = await EnterAsync("mia", mias, "/programs");

        // Nothing is empty without a next step: the form is open already.
        await mia.Test("new-name").FillAsync("Forgotten baskets");
        await mia.Test("new-id").FillAsync("basket");
        await mia.Test("new-goal").FillAsync("Order Completed");
        await mia.ScreenshotAsync("story-b-new-program");
        await mia.Test("create").ClickAsync();
        await Expect(mia.Page).ToHaveURLAsync(silo.Url + "/programs/basket");
        await mia.LiveAsync();
        await Expect(mia.Test("standing")).ToContainTextAsync("Being written; nothing is sent.");

        // Writes a message with a preview, and imports nothing that is wrong.
        await mia.Test("to-catalogue").ClickAsync();
        await Expect(mia.Page.Locator("[data-message]")).ToHaveCountAsync(4);
        await mia.ScreenshotAsync("story-b-catalogue");
        await mia.Page.Locator("[data-message=warm-push] a").ClickAsync();
        await mia.Test("field-title").FillAsync("Your basket misses you");
        await mia.Test("show").ClickAsync();
        await Expect(mia.Test("device")).ToContainTextAsync("Your basket misses you");
        await Expect(mia.Test("device")).ToContainTextAsync("friend");
        await Expect(mia.Test("defaulted")).ToContainTextAsync("user.firstName");
        await mia.ScreenshotAsync("story-b-message");
        await mia.Test("save").ClickAsync();
        await Expect(mia.Test("announce")).ToContainTextAsync("warm-push is in the draft");

        // Submits; may not approve, and the page does not offer it.
        await mia.GotoAsync("/programs/basket");
        await mia.Test("to-in_review").ClickAsync();
        await Expect(mia.Test("standing")).ToContainTextAsync("Waits for somebody who did not write it.");
        await Expect(mia.Test("to-approved")).ToHaveCountAsync(0);

        await using var ana = await EnterAsync("ana", anas, "/programs/basket");
        await ana.Test("remark").FillAsync("Good. Watch the emoji.");
        await ana.Test("say").ClickAsync();
        await Expect(ana.Test("remarks")).ToContainTextAsync("Watch the emoji");
        await ana.ScreenshotAsync("story-b-review");
        await ana.Test("to-approved").ClickAsync();
        await Expect(ana.Test("standing")).ToContainTextAsync("Approved; it is not live yet.");
        await ana.Test("reason").FillAsync("first program");
        await ana.Test("to-live").ClickAsync();
        if (await ana.Test("override").IsVisibleAsync())
        {
            await ana.ScreenshotAsync("story-b-checks");
        }

        var state = (await silo.AskAsync(HttpMethod.Get, "/v1/programs/basket")).GetProperty("state").GetString();
        if (state != "live")
        {
            // A launch check that cannot hold in an empty workspace: an administrator takes it on, with a reason.
            await silo.AskAsync(HttpMethod.Post, "/v1/programs/basket/transitions", """{"to":"live","reason":"first program, no goal seen yet","override":true}""");
            await ana.GotoAsync("/programs/basket");
        }

        await Expect(ana.Test("standing")).ToContainTextAsync("no change is on its way");

        // The next version: a word changes, and the review shows it word by word while the live one serves.
        await mia.GotoAsync("/catalogue/basket/warm-push");
        await mia.Test("field-title").FillAsync("Your basket waits for you");
        await mia.Test("save").ClickAsync();
        await Expect(mia.Test("announce")).ToContainTextAsync("in the draft");
        await mia.GotoAsync("/programs/basket");
        await Expect(mia.Test("difference").Locator("del")).ToContainTextAsync("misses");
        await Expect(mia.Test("difference").Locator("ins")).ToContainTextAsync("waits for");
        await mia.ScreenshotAsync("story-b-difference");
        await mia.GotoAsync("/catalogue?program=basket&change=changed");
        await Expect(mia.Page.Locator("[data-message]")).ToHaveCountAsync(1);

        // Pausing an own program is a marketer's right; resuming is not.
        await ana.GotoAsync("/programs/basket");
        await ana.Test("to-paused").ClickAsync();
        await Expect(ana.Test("standing")).ToContainTextAsync("Nothing new is decided");
        await mia.GotoAsync("/programs/basket");
        await Expect(mia.Test("to-live")).ToHaveCountAsync(0);

        await ana.GotoAsync("/audit?kind=program");
        await Expect(ana.Page.Locator("[data-act='program.paused']")).ToHaveCountAsync(1);
        await ana.Test("verify").ClickAsync();
        await Expect(ana.Test("standing")).ToContainTextAsync("the chain holds");
        await ana.ScreenshotAsync("story-b-audit");
        Assert.Empty(mia.Wrong.Concat(ana.Wrong));
    }

    [Fact]
    public async Task Two_editors_see_the_conflict_and_neither_loses_a_word()
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Document("both"));
        await using var one = await EnterAsync("admin", StorySilo.AdminPassword, "/programs/both");
        var document = await one.Test("document").InputValueAsync();
        await silo.AskAsync(HttpMethod.Post, "/v1/programs/both/remarks", """{"text":"in between"}""");
        await one.Test("document").FillAsync(document.Replace("Come back", "Come home", StringComparison.Ordinal));
        await one.Test("save").ClickAsync();
        await Expect(one.Test("conflict")).ToContainTextAsync("Somebody changed it meanwhile");
        await Expect(one.Page.Locator("[data-path='/messages/m1/content/body'] ins")).ToContainTextAsync("home");
        await one.ScreenshotAsync("conflict");
        await one.Test("save-over").ClickAsync();
        await Expect(one.Test("conflict")).ToHaveCountAsync(0);
        Assert.Contains("Come home", (await silo.AskAsync(HttpMethod.Get, "/v1/programs/both")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_typed_survives_a_reload_before_it_was_saved()
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Document("kept"));
        await using var one = await EnterAsync("admin", StorySilo.AdminPassword, "/catalogue/kept/m1");
        await one.Test("field-title").FillAsync("Half a sentence");
        await Expect(one.Page.GetByText("Not saved yet; kept in this browser")).ToBeVisibleAsync();
        await one.GotoAsync("/catalogue/kept/m1");
        await Expect(one.Test("field-title")).ToHaveValueAsync("Half a sentence");
        await one.Test("save").ClickAsync();
        await Expect(one.Test("announce")).ToContainTextAsync("in the draft");
        await one.GotoAsync("/catalogue/kept/m1");
        await Expect(one.Page.GetByText("Not saved yet")).ToHaveCountAsync(0);
    }

    [Fact]
    [Trait("proves", "A38")]
    public async Task Script_in_copy_and_in_values_is_text_wherever_it_is_shown()
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Document("script").Replace("Hi {{ user.firstName }}", "<script>window.hit=1</script>{{ user.firstName }}", StringComparison.Ordinal));
        await silo.AskAsync(HttpMethod.Post, "/v1/events?wait=applied", """[{"type":"identify","userId":"eve","messageId":"e1","traits":{"firstName":"<img src=x onerror=window.hit=1>"}}]""");
        await using var one = await EnterAsync("admin", StorySilo.AdminPassword, "/catalogue/script/m1");
        await one.Test("p-user").FillAsync("eve");
        await one.Test("show").ClickAsync();
        await Expect(one.Test("device")).ToContainTextAsync("<script>window.hit=1</script><img src=x onerror=window.hit=1>");
        await one.GotoAsync("/catalogue?program=script");
        await Expect(one.Page.Locator("[data-message=m1]")).ToContainTextAsync("<script>");
        Assert.True(await one.Page.EvaluateAsync<bool>("() => window.hit === undefined"));
        Assert.Empty(one.Wrong);
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task Pages_of_programs_and_people_are_accessible_and_inside_the_screen(bool dark, int width)
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Document("look"));
        await using var visit = await EnterAsync("admin", StorySilo.AdminPassword, "/", width, dark);
        var faults = new List<string>();
        foreach (var (path, ready) in new[]
        {
            ("/programs", "[data-program]"), ("/programs/look", "[data-test=document]"), ("/catalogue?program=look", "[data-message]"), ("/catalogue/look/m1", "[data-test=field-title]"), ("/catalogue/look/new", "[data-test=m-id]"),
            ("/audit", "[data-entry]"), ("/people", "[data-person]"), ("/account", "[data-test=current]"), ("/", "[data-test=kill-switch-panel]"), ("/programs/none", "[data-test=no-program]"),
        })
        {
            await visit.GotoAsync(path);
            await visit.Page.Locator(ready).First.WaitForAsync();
            var name = path.Trim('/').Split('?')[0].Replace('/', '-');
            await visit.ScreenshotAsync($"real-{(name.Length == 0 ? "overview" : name)}-{(dark ? "dark" : "light")}-{width}");
            faults.AddRange((await visit.BrokenRulesAsync()).Select(rule => $"{path}: {rule}"));
            if (await visit.OverflowAsync() is > 0 and var wider)
            {
                faults.Add($"{path}: {wider} px wider than the screen");
            }
        }

        var all = faults.Concat(visit.Wrong).ToArray();
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }

    static string Document(string id) => $$$"""
        {
          "id": "{{{id}}}", "name": "Basket", "scheduled": false,
          "goal": { "id": "orders", "events": ["Order Completed"] },
          "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }, { "id": "plain", "label": "Plain" }] }],
          "messages": [
            { "id": "m1", "name": "Warm", "channel": "push", "labels": { "tone": "warm" }, "content": { "title": "Hi {{ user.firstName }}", "body": "Come back" }, "variables": [{ "name": "user.firstName", "default": "friend" }] },
            { "id": "m2", "name": "Plain", "channel": "push", "labels": { "tone": "plain" }, "content": { "title": "Basket", "body": "Your basket" } }
          ],
          "experiment": { "salt": "s1", "agentic": 90, "random": 0, "rules": 0, "holdout": 10 }
        }
        """;
}
