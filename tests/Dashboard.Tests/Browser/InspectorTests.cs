using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

[Collection("browser")]
public sealed class InspectorTests(Chromium chromium)
{
    static string Card(string decision) => $"/inspector/{Some.User}?decision={decision}";

    [Fact]
    public async Task The_numbers_of_the_card_are_those_of_the_record()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: Card(Some.Send));
        await visit.Test("why-card").WaitForAsync();
        using var record = JsonDocument.Parse(Some.Records[Some.Send]);
        foreach (var set in record.RootElement.GetProperty("sets").EnumerateArray())
        {
            foreach (var candidate in set.GetProperty("candidates").EnumerateArray())
            {
                var row = visit.Page.Locator($"[data-test='set-{set.GetProperty("id").GetString()}'] g[data-action='{candidate.GetProperty("action").GetString()}']");
                await Expect(row).ToHaveAttributeAsync("data-draw", candidate.GetProperty("draw").GetRawText());
                await Expect(row).ToHaveAttributeAsync("data-propensity", candidate.GetProperty("propensity").GetRawText());
            }
        }

        await Expect(visit.Test("ring")).ToHaveCountAsync(3);
        await Expect(visit.Test("effect")).ToHaveAttributeAsync("data-value", "1");
    }

    [Fact]
    public async Task The_card_of_the_joint_model_says_what_its_values_are()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: Card(Some.Joint));
        await Expect(visit.Test("joint")).ToContainTextAsync("difference from the average of its set");
        await Expect(visit.Test("joint")).ToContainTextAsync("counted over redraws");
        await Expect(visit.Page.Locator("[data-test=set-tone] g[data-action=warm]")).ToHaveAttributeAsync("data-draw", "0.11");
        await visit.Page.Locator("[data-test=set-tone] summary").ClickAsync();
        await Expect(visit.Test("candidates-tone")).ToContainTextAsync("Normal(");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Replay_shows_identical_with_the_hash_or_the_first_difference()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: Card(Some.Send));
        await visit.Test("replay").ClickAsync();
        await Expect(visit.Test("replay-result")).ToContainTextAsync("identical");
        await Expect(visit.Test("replay-result")).ToContainTextAsync(Some.Hash);
        host.Agents.ReplaysDiffer = true;
        await visit.Test("replay").ClickAsync();
        await Expect(visit.Test("replay-result")).ToContainTextAsync("/sets/0/chosen");
    }

    [Fact]
    public async Task A_hold_has_a_card_with_its_reason_and_limit()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: Card(Some.Hold));
        await Expect(visit.Page.Locator("[data-code=quiet_hours]")).ToContainTextAsync("limit 21:00–09:00");
        await Expect(visit.Test("nothing-drawn")).ToBeVisibleAsync();
        await Expect(visit.Test("effect-not-identified")).ToContainTextAsync("NeverDelivered");
    }

    [Fact]
    public async Task Decisions_are_stepped_through_and_the_address_follows()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: Card(Some.Hold));
        await Expect(visit.Test("next-decision")).ToBeDisabledAsync();
        await visit.Test("previous-decision").ClickAsync();
        await Expect(visit.Test("effect-pending")).ToContainTextAsync("to go");
        Assert.EndsWith(Card(Some.Pending), visit.Page.Url, StringComparison.Ordinal);
        await visit.Page.GoBackAsync();
        await Expect(visit.Test("why-card")).ToHaveAttributeAsync("data-decision", Some.Hold);
    }

    [Fact]
    public async Task A_user_is_found_by_the_start_of_the_id()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/inspector");
        await visit.Page.GetByLabel("User id").FillAsync("rider-004");
        await visit.Test("found-users").GetByRole(AriaRole.Link, new() { Name = Some.User }).ClickAsync();
        await Expect(visit.Test("person")).ToContainTextAsync(Some.User);
        await Expect(visit.Test("why-card")).ToBeVisibleAsync();
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Link_and_record_can_be_taken_away()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: Card(Some.Send));
        await visit.Test("copy-link").ClickAsync();
        await Expect(visit.Test("copy-link")).ToContainTextAsync("Link copied");
        Assert.Equal(host.Url + Card(Some.Send), await visit.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Test("export").ClickAsync());
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        Assert.Equal(Some.Records[Some.Send], await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Windows_before_and_after_the_hand_over_are_shaded()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: Card(Some.Send));
        await Expect(visit.Page.Locator("[data-window=selected] rect")).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator("[data-window=other]")).ToHaveCountAsync(1);
    }
}
