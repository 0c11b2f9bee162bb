using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

/// <summary>Each page at two widths and in two themes, the dark one at full width, since colours know no width: reachable, quiet, inside the screen; its picture is kept.</summary>
[Collection("browser")]
public sealed class ScreenTests(Chromium chromium)
{
    static readonly (string Name, string Path, string Ready)[] Pages =
    [
        ("overview", "/", "[data-test=newest-decisions]"),
        ("inspector-search", "/inspector", "[data-test=found-users]"),
        ("inspector-send", $"/inspector/{Some.User}?decision={Some.Send}", "[data-test=receipt]"),
        ("inspector-joint", $"/inspector/{Some.User}?decision={Some.Joint}", "[data-test=joint]"),
        ("inspector-hold", $"/inspector/{Some.User}?decision={Some.Hold}", "[data-test=receipt]"),
        ("inspector-unknown", "/inspector/nobody", "[data-test=unknown-user]"),
        ("dead-letters", "/diagnostics", "[data-letter]"),
        ("guardrails", "/guardrails", "[data-test=limit-editor]"),
        ("guardrails-user", "/guardrails?user=kiwi&channel=push", "[data-test=gauges]"),
        ("audiences", "/audiences", "[data-audience]"),
        ("live-events", "/diagnostics/events", "[data-event]"),
        ("keys", "/keys", "[data-sandbox]"),
        ("action-sets", "/action-sets", "[data-test=action-set]"),
        ("content-map", "/content-map", "[data-test=content-map]"),
        ("experiments", "/experiments", "[data-test=power]"),
        ("insights", "/insights", "[data-test=sentences]"),
        ("simulation", "/simulation", "[data-test=simulation]"),
    ];

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    public async Task Every_page_is_accessible_quiet_and_inside_the_screen(bool dark, int width)
    {
        await using var host = await ConsoleHost.StartAsync();
        host.Access.SimulatedClock = true;
        host.Agents.Limits.WithBudget();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url, dark, width);
        var faults = new List<string>();
        await visit.Page.GotoAsync("/login");
        await LookAsync(visit, "login", dark, width, faults);
        await visit.SignInAsync();
        foreach (var (name, path, ready) in Pages)
        {
            await visit.GotoAsync(path);
            await visit.Page.Locator(ready).First.WaitForAsync();
            await Expect(visit.Test("simulated-clock")).ToContainTextAsync("Simulated clock");
            await LookAsync(visit, name, dark, width, faults);
        }

        // One line a fault: a collection would be cut short just where it becomes interesting.
        var all = faults.Concat(visit.Wrong).ToArray();
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }

    static async Task LookAsync(Visit visit, string name, bool dark, int width, List<string> faults)
    {
        await visit.ScreenshotAsync($"{name}-{(dark ? "dark" : "light")}-{width}");
        faults.AddRange((await visit.BrokenRulesAsync()).Select(rule => $"{name}: {rule}"));
        if (await visit.OverflowAsync() is > 0 and var wider)
        {
            faults.Add($"{name}: {wider} px wider than the screen");
        }
    }
}
