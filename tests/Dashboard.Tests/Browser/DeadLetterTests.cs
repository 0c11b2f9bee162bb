using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

[Collection("browser")]
public sealed class DeadLetterTests(Chromium chromium)
{
    [Fact]
    public async Task A_letter_is_corrected_and_replayed()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/diagnostics");
        var letter = visit.Page.Locator("[data-letter=dl_1]");
        await letter.Locator("[data-test=fix]").ClickAsync();
        await visit.Test("replay-letter").ClickAsync();
        await Expect(visit.Test("refusal")).ToContainTextAsync("missing_user_id");
        await visit.Test("letter-body").FillAsync("""{"type":"track","event":"Item Added","userId":"rider-0042"}""");
        await visit.Test("replay-letter").ClickAsync();
        await Expect(visit.Test("announce")).ToContainTextAsync("dl_1 was replayed");
        Assert.Equal("rider-0042", host.Agents.Replayed.Single().Body!.Value.GetProperty("userId").GetString());
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Text_that_is_no_json_is_refused_before_it_leaves()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/diagnostics");
        await visit.Page.Locator("[data-letter=dl_2] [data-test=fix]").ClickAsync();
        await visit.Test("letter-body").FillAsync("{");
        await visit.Test("replay-letter").ClickAsync();
        await Expect(visit.Test("refusal")).ToContainTextAsync("no JSON");
        Assert.Empty(host.Agents.Replayed);
    }

    [Fact]
    public async Task A_new_letter_appears_by_itself_but_not_under_an_open_editor()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/diagnostics");
        await Expect(visit.Page.Locator("[data-letter]")).ToHaveCountAsync(2);
        host.Agents.Letters.Insert(0, Some.Letter("dl_3", "unknown_type", "type 'trak' is unknown.", """{"type":"trak"}"""));
        await Expect(visit.Page.Locator("[data-letter=dl_3]")).ToBeVisibleAsync();
        await visit.Page.Locator("[data-letter=dl_3] [data-test=fix]").ClickAsync();
        host.Agents.Letters.Insert(0, Some.Letter("dl_4", "unknown_type", "type 'trk' is unknown.", """{"type":"trk"}"""));
        await Expect(visit.Test("show-newer")).ToContainTextAsync("1 newer");
        await Expect(visit.Page.Locator("[data-letter=dl_4]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_reason_filter_lives_in_the_address()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/diagnostics/dead-letters?reason=bad_timestamp");
        await Expect(visit.Page.Locator("[data-letter]")).ToHaveCountAsync(1);
        await visit.Test("reason-filter").SelectOptionAsync("missing_user_id");
        await Expect(visit.Page.Locator("[data-reason=missing_user_id]")).ToHaveCountAsync(1);
        Assert.EndsWith("?reason=missing_user_id", visit.Page.Url, StringComparison.Ordinal);
    }
}
