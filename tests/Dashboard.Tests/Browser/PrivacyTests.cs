using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

[Collection("browser")]
public sealed class PrivacyTests(Chromium chromium)
{
    [Fact]
    public async Task Users_are_erased_only_once_their_number_is_typed_and_the_receipt_opens()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/privacy");
        await Expect(visit.Test("privacy-lead")).ToContainTextAsync("1 request is open, the oldest for 12 min of the 24 h allowed");
        await visit.Test("privacy-ids").FillAsync("ada\nbob\n\nada\n");
        await visit.Test("privacy-reason").FillAsync("request by letter");
        await visit.Test("privacy-begin").ClickAsync();
        await Expect(visit.Test("privacy-refusal")).ToContainTextAsync("Type 2 to confirm");
        Assert.Empty(host.Agents.PrivacyOffice.Asked);
        await visit.Test("privacy-confirm").FillAsync("2");
        await visit.Test("privacy-begin").ClickAsync();
        await Expect(visit.Test("receipt-lead")).ToContainTextAsync("Erase: running");
        Assert.EndsWith("/privacy/reg_new", visit.Page.Url, StringComparison.Ordinal);
        var (kind, users, _) = Assert.Single(host.Agents.PrivacyOffice.Asked);
        Assert.Equal(("delete", "ada,bob"), (kind, string.Join(',', users)));
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task One_user_is_confirmed_by_its_id_and_what_the_silo_refuses_is_told()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/privacy");
        await visit.Test("privacy-ids").FillAsync("ada");
        await visit.Test("privacy-kind").SelectOptionAsync("suppress");
        await visit.Test("privacy-reason").FillAsync("refuse this");
        await visit.Test("privacy-confirm").FillAsync("adb");
        await visit.Test("privacy-begin").ClickAsync();
        await Expect(visit.Test("privacy-refusal")).ToContainTextAsync("Type ada to confirm");
        await visit.Test("privacy-confirm").FillAsync("ada");
        await visit.Test("privacy-begin").ClickAsync();
        await Expect(visit.Test("privacy-refusal")).ToContainTextAsync("invalid_regulation");
    }

    [Fact]
    public async Task A_receipt_tells_store_by_store_what_went_and_every_number_of_the_cohort_that_changed()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/privacy/reg_done");
        await Expect(visit.Test("receipt-lead")).ToContainTextAsync("Erase: done after 4 s, 1 user, 214 rows removed");
        await Expect(visit.Page.Locator("[data-store='event-log']")).ToContainTextAsync("retention.ms");
        await Expect(visit.Test("subtracted")).ToHaveTextAsync("7.5");
        await Expect(visit.Test("receipt-hash")).ToContainTextAsync("sha256:cccc");
        var cohort = visit.Page.Locator("[data-program=basket]");
        await Expect(cohort).ToContainTextAsync("0.5213740458015267");
        await Expect(cohort).ToContainTextAsync("0.5209923664122137");
        await Expect(visit.Page.Locator("[data-program=winback]")).ToContainTextAsync("nothing of them was in it");
        await visit.GotoAsync("/privacy/reg_failing");
        await Expect(visit.Test("receipt-fault")).ToContainTextAsync("is being repeated");
        await visit.GotoAsync("/privacy/reg_none");
        await Expect(visit.Test("no-receipt")).ToBeVisibleAsync();
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Everything_held_of_a_person_is_downloaded_as_a_file()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/privacy");
        await visit.Test("access-id").FillAsync("ada & co");
        var file = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Test("access-download").ClickAsync());
        using var text = new StreamReader(await file.CreateReadStreamAsync());
        Assert.Equal("""{"userId":"ada & co"}""", await text.ReadToEndAsync());
        Assert.Equal("access.json", file.SuggestedFilename);
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    public async Task The_pages_are_accessible_and_inside_the_screen(bool dark, int width)
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url, dark, width);
        await visit.SignInAsync();
        var faults = new List<string>();
        foreach (var (name, path, ready) in new[] { ("privacy", "/privacy", "[data-test=retention]"), ("privacy-receipt", "/privacy/reg_done", "[data-person]"), ("privacy-failing", "/privacy/reg_failing", "[data-person]") })
        {
            await visit.GotoAsync(path);
            await visit.Page.Locator(ready).First.WaitForAsync();
            await visit.ScreenshotAsync($"{name}-{(dark ? "dark" : "light")}-{width}");
            faults.AddRange((await visit.BrokenRulesAsync()).Select(rule => $"{name}: {rule}"));
            if (await visit.OverflowAsync() is > 0 and var wider)
            {
                faults.Add($"{name}: {wider} px wider than the screen");
            }
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults.Concat(visit.Wrong)));
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Without_any_request_the_page_says_what_can_be_asked()
    {
        await using var host = await ConsoleHost.StartAsync();
        host.Agents.PrivacyOffice.Receipts.Clear();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/privacy");
        await Expect(visit.Test("no-requests")).ToContainTextAsync("Release");
    }
}
