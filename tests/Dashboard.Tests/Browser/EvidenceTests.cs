using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

/// <summary>Action sets, content map, experiments and insights, as people read them.</summary>
[Collection("browser")]
public sealed class EvidenceTests(Chromium chromium)
{
    [Fact]
    public async Task Each_action_stands_with_its_interval_and_n_and_the_users_are_chosen_in_the_address()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.GotoAsync("/action-sets");
        await Expect(visit.Test("standing")).ToContainTextAsync("Orders: 2 sets, 5 labels. 14 % of the newest 611 drawn decisions explored. Most certain label: Warm (Tone, probability 0.97).");
        var warm = visit.Page.Locator("[data-test=ridge-tone] g[data-action=warm]");
        await Expect(warm).ToHaveAttributeAsync("data-value", "0.142");
        await Expect(visit.Page.Locator("[data-test=ridge-offer]")).ToContainTextAsync("not known yet: no effect yet");
        await Expect(visit.Test("no-message")).ToContainTextAsync("Playful has no message");
        await visit.Test("lifecycle-select").SelectOptionAsync("new");
        await Expect(warm).ToHaveAttributeAsync("data-value", "0.21");
        Assert.EndsWith("/action-sets?users=new", visit.Page.Url, StringComparison.Ordinal);
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task An_empty_cell_says_so_with_its_value_and_leads_to_the_editor_with_both_labels()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.GotoAsync("/content-map");
        await Expect(visit.Test("standing")).ToContainTextAsync("2 of 6 tone × offer cells have no message; the dearest gap is Playful × Free delivery");
        var empty = visit.Page.Locator("[data-cell='playful/points']");
        await Expect(empty).ToContainTextAsync("empty");
        await Expect(empty.Locator("a")).ToHaveAttributeAsync("href", "/catalogue?program=prg_orders&new=1&labels=tone%3Aplayful%2Coffer%3Apoints");
        await Expect(visit.Page.Locator("[data-test=gap-values] [data-row]").First).ToHaveAttributeAsync("data-value", "0.031");
        await visit.Test("rows-select").SelectOptionAsync("offer");
        await Expect(visit.Page.Locator("[data-cell='points/playful']")).ToContainTextAsync("empty");
        host.Agents.Found.Effects = 212;
        await visit.GotoAsync("/content-map");
        await Expect(visit.Test("no-value")).ToContainTextAsync("needs 1,000 decisions");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Table_1_has_n_interval_and_checks_and_a_failed_sample_ratio_hides_its_numbers()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.GotoAsync("/experiments");
        await Expect(visit.Test("trust")).ToHaveAttributeAsync("data-trust", "ok");
        await Expect(visit.Test("trust")).ToContainTextAsync("SRM p = 0.43 ok");
        await Expect(visit.Test("trust")).ToContainTextAsync("21 of 28 days");
        await Expect(visit.Page.Locator("[data-test=cells-conversion] tr[data-method=itt]")).ToContainTextAsync("3,371 and 479");
        await Expect(visit.Page.Locator("[data-test=cells-conversion] tr[data-method=itt]")).ToContainTextAsync("+4.1 pp");
        await Expect(visit.Test("missing-value")).ToContainTextAsync("No goal event carried an amount");
        await Expect(visit.Test("off-policy-sentence")).ToContainTextAsync("54.8 % [52.1, 57.5] of the agents' messages were a success.");
        await Expect(visit.Page.Locator("tr[data-policy=best_mean]")).ToContainTextAsync("not reliable");
        await Expect(visit.Page.Locator("tr[data-policy=uniform] [data-test=unreliable]")).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("[data-test=calibration] circle[data-p='0.35']")).ToHaveAttributeAsync("data-seen", "0.38");
        await Expect(visit.Test("calibration")).ToContainTextAsync("5 % of 200 random halves of the holdout had p up to 0.05, where 5 % are expected; the line stays within what chance leaves.");
        await visit.Test("calibration").ScrollIntoViewIfNeededAsync();
        await visit.ScreenshotAsync("experiments-calibration-light-1280");
        await visit.Test("scale-select").SelectOptionAsync("relative");
        await Expect(visit.Page.Locator("[data-test=cells-conversion] tr[data-method=itt]")).ToContainTextAsync("+29 %");
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Test("table1-csv").ClickAsync());
        Assert.Equal("table1-prg_orders.csv", download.SuggestedFilename);

        await Expect(visit.Test("interim")).ToContainTextAsync("at the end only");
        await visit.Test("looks-select").SelectOptionAsync("every");
        await Expect(visit.Test("interim")).ToContainTextAsync("hold at all 113 looks");
        await Expect(visit.Test("overlap")).ToContainTextAsync("in both arms alike");
        await Expect(visit.Test("population")).ToContainTextAsync("Panel of 4,812 users");
        await visit.Test("count").ClickAsync();
        await Expect(visit.Test("counting")).ToContainTextAsync("users read");
        await Expect(visit.Test("population")).ToContainTextAsync("Every user was counted: 48,120 users");

        host.Agents.Found.Trust = "srm_failed";
        await visit.GotoAsync("/experiments");
        await Expect(visit.Test("numbers-hidden")).ToContainTextAsync("p < 0.001");
        await Expect(visit.Test("cells-conversion")).ToHaveCountAsync(0);
        Assert.Empty(await visit.BrokenRulesAsync());
        await visit.ScreenshotAsync("experiments-srm-failed-light-1280");
        await visit.Test("show-anyway").ClickAsync();
        await Expect(visit.Test("cells-conversion")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task No_sentence_goes_without_probability_and_n_and_a_failed_placebo_greys_the_page()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.GotoAsync("/insights");
        foreach (var sentence in await visit.Test("sentences").GetByRole(AriaRole.Listitem).AllAsync())
        {
            await Expect(sentence).ToContainTextAsync("probability 0.");
            await Expect(sentence).ToContainTextAsync("n = ");
        }

        host.Agents.Found.Trust = "placebo_failed";
        await visit.GotoAsync("/insights");
        await Expect(visit.Test("untrusted")).ToContainTextAsync("Measurement failing placebo.");
        await Expect(visit.Test("insights")).ToHaveAttributeAsync("data-trusted", "false");
        Assert.Empty(await visit.BrokenRulesAsync());
        (host.Agents.Found.Trust, host.Agents.Found.Effects) = ("ok", 212);
        await visit.GotoAsync("/insights");
        await Expect(visit.Test("too-early")).ToContainTextAsync("about 1,000 final effects; now 212");
        Assert.Empty(visit.Wrong);
    }
}
