using Aampe.Agents.Client;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

[Collection("browser")]
public sealed class OverviewTests(Chromium chromium)
{
    [Fact]
    public async Task Figures_move_without_a_reload_and_rates_follow_the_totals()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await Expect(visit.Test("tile-events").Locator("[data-known=true]")).ToBeVisibleAsync();
        var before = await visit.Test("freshness").InnerTextAsync();
        await Expect(visit.Test("freshness")).Not.ToHaveTextAsync(before);
        await Expect(visit.Test("freshness")).ToHaveAttributeAsync("data-state", "fresh");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task The_effect_of_each_arm_stands_with_its_interval_in_picture_and_table()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await Expect(visit.Test("standing")).ToContainTextAsync("Orders, agentic against rules: +0.094 [+0.041, +0.147]");
        var row = visit.Page.Locator("[data-test='p-prg_orders-effects'] [data-row^='rules']");
        await Expect(row).ToHaveAttributeAsync("data-value", "-0.0483");
        await Expect(row).ToHaveAttributeAsync("data-low", "-0.1211");
        await Expect(visit.Page.Locator("[data-test=arms] [data-arm=holdout]")).ToContainTextAsync("not known yet");
    }

    [Fact]
    public async Task A_silo_that_cannot_be_read_shows_unknown_and_recovers()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await Expect(visit.Test("tile-agents")).ToContainTextAsync("4,812");
        host.Agents.Broken = new AgentProblem(0, "unavailable", Detail: "No connection.");
        await Expect(visit.Test("tile-agents")).ToContainTextAsync("unknown");
        await Expect(visit.Test("overview-problem")).ToContainTextAsync("unavailable");
        host.Agents.Broken = null;
        await Expect(visit.Test("tile-agents")).ToContainTextAsync("4,812");
    }

    [Fact]
    public async Task A_new_workspace_shows_first_steps()
    {
        await using var host = await ConsoleHost.StartAsync();
        host.Agents.Now = new Overview { Now = Some.T0 };
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await Expect(visit.Test("first-run").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(6);
        Assert.Empty(await visit.BrokenRulesAsync());
        await visit.ScreenshotAsync("overview-first-run-light-1280");
    }

    [Fact]
    public async Task Nothing_moves_under_the_cursor()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.Test("newest-decisions").HoverAsync();
        await Expect(visit.Test("newest-decisions")).ToHaveAttributeAsync("data-held", "true");
        await visit.Test("nav-overview").HoverAsync();
        await Expect(visit.Test("newest-decisions")).ToHaveAttributeAsync("data-held", "false");
    }

    [Fact]
    public async Task Dark_colours_are_chosen_once_and_remembered()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.Test("theme").ClickAsync();
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await visit.GotoAsync("/inspector");
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_first_and_every_link_after()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.Page.Locator("body").PressAsync("Tab");
        var seen = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            seen.Add(await visit.Page.EvaluateAsync<string>("() => (document.activeElement.innerText || document.activeElement.getAttribute('aria-label') || document.activeElement.tagName).trim().split('\\n')[0]"));
            await visit.Page.Keyboard.PressAsync("Tab");
        }

        Assert.All(new[] { "Skip to content", "Overview", "Inspector", "Diagnostics", "Sign out", "Show data" }, name => Assert.Contains(name, seen));
    }
}
