using Aampe.Agents.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>Story B, by clicks: a marketer writes a program, somebody else reviews it, it goes live; and what must not happen on the way.</summary>
[Collection("stories")]
public sealed class MarketerStoryTests(Chromium chromium) : IAsyncLifetime
{
    readonly StorySilo silo = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await silo.DisposeAsync();

    [Fact]
    public async Task A_program_is_written_reviewed_by_another_published_and_paused()
    {
        var mias = await silo.PersonAsync("mia", "marketer");
        var anas = await silo.PersonAsync("ana", "approver");
        await using var mia = await silo.EnterAsync(chromium, "mia", mias, "/programs");

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

        await using var ana = await silo.EnterAsync(chromium, "ana", anas, "/programs/basket");
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
}
