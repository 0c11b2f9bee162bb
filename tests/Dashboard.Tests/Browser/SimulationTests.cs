using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

/// <summary>The launch gate, as people open it.</summary>
[Collection("browser")]
public sealed class SimulationTests(Chromium chromium)
{
    [Fact]
    public async Task The_gate_names_what_fails_and_how_to_mend_it_and_a_run_opens_it()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.GotoAsync("/simulation");
        await Expect(visit.Test("standing")).ToContainTextAsync("Orders passes 2 of 3 checks. Every label has a message fails: tone/playful has none.");
        await Expect(visit.Page.Locator("[data-check=labels]")).ToContainTextAsync("Write a message for tone/playful, or retire it.");
        await visit.Test("users").FillAsync("5000");
        await visit.Test("run").ClickAsync();
        await Expect(visit.Test("refusal")).ToContainTextAsync("users must be 50 to 2000; it is 5000.");
        await visit.Test("users").FillAsync("500");
        await visit.Test("run").ClickAsync();
        await Expect(visit.Test("progress")).ToContainTextAsync("day 3 of 28");
        await Expect(visit.Test("standing")).ToContainTextAsync("Orders passes all 3 checks.", new() { Timeout = 20_000 });
        Assert.Equal(500, host.Agents.Found.Asked[^1].Users);
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_program_that_was_never_simulated_has_a_shut_gate()
    {
        await using var host = await ConsoleHost.StartAsync();
        host.Agents.Found.Gate = SomeGate.Empty;
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.GotoAsync("/simulation?program=prg_wallet");
        await Expect(visit.Test("not-run")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("[data-check=simulation]")).ToHaveAttributeAsync("data-passed", "false");
        Assert.Empty(await visit.BrokenRulesAsync());
    }

    [Fact]
    public async Task A_run_that_is_cancelled_stops()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.GotoAsync("/simulation");
        await visit.Test("run").ClickAsync();
        await visit.Test("cancel").ClickAsync();
        await Expect(visit.Test("run")).ToBeVisibleAsync();
        Assert.Equal("cancelled", host.Agents.Found.Running!.State);
    }
}
