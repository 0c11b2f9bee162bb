using Aampe.Agents.Dashboard.Tests.Browser;
using Aampe.Agents.Dashboard.Layout;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>What holds on every page of the console of a real silo: conflicts, lost lines, the keyboard, roles, script in copy.</summary>
[Collection("stories")]
public sealed class DeskTests(Chromium chromium, StorySilo silo) : IClassFixture<StorySilo>
{
    [Fact]
    public async Task Two_editors_see_the_conflict_and_neither_loses_a_word()
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Document("both"));
        await using var one = await silo.EnterAsync(chromium, "admin", StorySilo.AdminPassword, "/programs/both");
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
        await using var one = await silo.EnterAsync(chromium, "admin", StorySilo.AdminPassword, "/catalogue/kept/m1");
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
        await using var one = await silo.EnterAsync(chromium, "admin", StorySilo.AdminPassword, "/catalogue/script/m1");
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
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Document($"look-{width}"));
        await using var visit = await silo.EnterAsync(chromium, "admin", StorySilo.AdminPassword, "/", width, dark);
        var faults = new List<string>();
        foreach (var (path, ready) in new[]
        {
            ("/programs", "[data-program]"), ($"/programs/look-{width}", "[data-test=document]"), ($"/catalogue?program=look-{width}", "[data-message]"), ($"/catalogue/look-{width}/m1", "[data-test=field-title]"), ($"/catalogue/look-{width}/new", "[data-test=m-id]"),
            ("/audit", "[data-entry]"), ("/people", "[data-person]"), ("/account", "[data-test=current]"), ("/", "[data-test=kill-switch-panel]"), ("/programs/none", "[data-test=no-program]"),
        })
        {
            await visit.GotoAsync(path);
            await visit.Page.Locator(ready).First.WaitForAsync();
            var name = path.Trim('/').Split('?')[0].Replace($"look-{width}", "look", StringComparison.Ordinal).Replace('/', '-');
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

    [Fact]
    public async Task Without_a_mouse_a_program_is_made_submitted_and_approved()
    {
        var (mias, anas) = (await silo.PersonAsync("kmia", "marketer"), await silo.PersonAsync("kana", "approver"));
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Document("there"));
        await using var mia = await Visit.OpenAsync(chromium.Browser, silo.Url);
        await mia.Page.GotoAsync("/programs");
        await mia.Page.Locator("#name").FocusAsync();
        await mia.Page.Keyboard.PressAsync("Control+A");
        await mia.Page.Keyboard.TypeAsync("kmia");
        await mia.TabToAsync("password");
        await mia.Page.Keyboard.TypeAsync(mias);
        await mia.Page.Keyboard.PressAsync("Enter");
        await mia.LiveAsync();
        await Expect(mia.Page.Locator("[data-program=there]")).ToBeVisibleAsync();
        await mia.TabToAsync("new-program");
        await mia.Page.Keyboard.PressAsync("Enter");
        foreach (var (field, text) in new[] { ("new-name", "By keyboard"), ("new-id", "keys"), ("new-goal", "Order Completed") })
        {
            await mia.TabToAsync(field);
            await mia.Page.Keyboard.TypeAsync(text);
        }

        await mia.ScreenshotAsync("keyboard-new-program");
        await mia.TabToAsync("create");
        await mia.Page.Keyboard.PressAsync("Enter");
        await Expect(mia.Page).ToHaveURLAsync(silo.Url + "/programs/keys");
        await Expect(mia.Test("standing")).ToContainTextAsync("Being written");
        await mia.TabToAsync("to-in_review");
        await mia.Page.Keyboard.PressAsync("Enter");
        await Expect(mia.Test("standing")).ToContainTextAsync("Waits for somebody who did not write it.");

        await using var ana = await silo.EnterAsync(chromium, "kana", anas, "/programs/keys");
        await Expect(ana.Test("to-approved")).ToBeVisibleAsync();
        await ana.TabToAsync("to-approved");
        await ana.Page.Keyboard.PressAsync("Enter");
        await Expect(ana.Test("standing")).ToContainTextAsync("Approved; it is not live yet.");
        Assert.Empty(mia.Wrong.Concat(ana.Wrong));
    }

    [Fact]
    public async Task A_lost_line_is_said_and_taken_up_again_with_what_was_typed()
    {
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Document("line"));
        await using var one = await Visit.OpenAsync(chromium.Browser, silo.Url);
        // Offline alone leaves an open socket open: it is closed as a network would.
        await one.Page.AddInitScriptAsync("""
            (() => { const Real = window.WebSocket, all = []; window.WebSocket = class extends Real { constructor(...a) { super(...a); all.push(this); } }; window.loseLine = () => all.forEach(s => s.close()); })()
            """);
        await one.EnterAsync("admin", StorySilo.AdminPassword, "/catalogue/line/m1");
        await one.Test("field-title").FillAsync("Half a sentence");
        await Expect(one.Page.GetByText("Not saved yet; kept in this browser")).ToBeVisibleAsync();
        await one.Page.Context.SetOfflineAsync(true);
        await one.Page.EvaluateAsync("() => window.loseLine()");
        await Expect(one.Test("line")).ToBeVisibleAsync();
        await Expect(one.Test("line")).ToContainTextAsync("connection to the silo is lost");
        await one.ScreenshotAsync("line-lost");
        Assert.Empty(await one.BrokenRulesAsync());
        await one.Page.Context.SetOfflineAsync(false);
        await Expect(one.Test("line")).ToBeHiddenAsync(new() { Timeout = 30_000 });
        await Expect(one.Test("field-title")).ToHaveValueAsync("Half a sentence");
        await one.Test("save").ClickAsync();
        await Expect(one.Test("announce")).ToContainTextAsync("in the draft");
    }

    /// <summary>Pages that refuse something, by role; every other page is shown whole.</summary>
    public static TheoryData<string, string[]> Refusals { get; } = new()
    {
        { "viewer", ["/", "/inspector", "/privacy", "/diagnostics", "/keys"] },
        { "marketer", ["/privacy", "/diagnostics", "/keys"] },
        { "approver", ["/privacy", "/diagnostics", "/keys"] },
        { "analyst", ["/privacy", "/diagnostics", "/keys"] },
        { "operator", ["/privacy"] },
        { "privacy", ["/diagnostics", "/keys"] },
        { "admin", [] },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Each_role_opens_each_page_and_is_told_which_role_it_lacks(string role, string[] refusing)
    {
        var password = await silo.PersonAsync("r-" + role, role);
        await using var visit = await silo.EnterAsync(chromium, "r-" + role, password);
        var refused = new List<string>();
        // All pages at both ends of the ranks; between them those in which roles differ.
        foreach (var page in ConsolePages.All.Where(page => role is "viewer" or "admin" || page.Href is "/" or "/inspector" or "/privacy" or "/diagnostics" or "/keys"))
        {
            await visit.Test(page.Test).ClickAsync();
            await Expect(visit.Test(page.Test)).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("active"));
            if (refusing.Contains(page.Href))
            {
                await Expect(visit.Page.Locator("main .problem").First).ToContainTextAsync("This needs the role");
                await Expect(visit.Page.Locator("main .problem").First).ToContainTextAsync("Somebody with the role admin can give it.");
                refused.Add(page.Href);
                continue;
            }

            await Expect(visit.Page.Locator("main .mud-skeleton")).ToHaveCountAsync(0);
            await Expect(visit.Page.Locator("main h1")).ToBeVisibleAsync();
            await Expect(visit.Page.Locator("main .problem")).ToHaveCountAsync(0);
        }

        await visit.ScreenshotAsync("role-" + role);
        Assert.Equal(refusing, refused);
        Assert.Empty(visit.Wrong);
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
