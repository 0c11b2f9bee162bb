using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Programs;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

[Collection("browser")]
public sealed class GuardrailPageTests(Chromium chromium)
{
    static async Task<string?> StateAsync(Visit visit, string date, int hour) =>
        await visit.Page.Locator($"[data-day='{date}'][data-hour='{hour}']").GetAttributeAsync("data-state");

    [Fact]
    public async Task The_sentence_comes_first_and_a_week_of_two_users_is_told_on_their_own_clocks()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/guardrails?user=kiwi");
        await Expect(visit.Test("effective")).ToContainTextAsync("At most 5 a week over all channels; push at most 1 a day;");
        await Expect(visit.Test("local-time")).ToContainTextAsync("Tue 24 Nov 22:00");
        await Expect(visit.Test("local-time")).ToContainTextAsync("Pacific/Auckland");
        await Expect(visit.Page.Locator("[data-hour]")).ToHaveCountAsync(7 * 24);
        Assert.Equal(("open", "quiet"), (await StateAsync(visit, "2026-11-24", 8), await StateAsync(visit, "2026-11-24", 21)));
        var gauge = visit.Page.Locator("[data-gauge=grd_push_day]");
        await Expect(gauge).ToContainTextAsync("1 of 1 used, 0 left");
        Assert.Equal(("1", "1"), (await gauge.GetAttributeAsync("data-used"), await gauge.GetAttributeAsync("data-limit")));

        await visit.Test("user-filter").FillAsync("angel");
        await visit.Test("user-filter").PressAsync("Enter");
        await Expect(visit.Test("local-time")).ToContainTextAsync("Tue 24 Nov 01:00");
        Assert.EndsWith("?user=angel", visit.Page.Url, StringComparison.Ordinal);
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_test_tells_the_verdict_of_every_limit()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/guardrails");
        await visit.Test("test-user").FillAsync("angel");
        await visit.Test("test-channel").SelectOptionAsync("in_app");
        await visit.Test("test-ask").ClickAsync();
        await Expect(visit.Test("test-verdict")).ToContainTextAsync("It would not pass.");
        await Expect(visit.Page.Locator("[data-verdict=min_gap][data-passed=false]")).ToContainTextAsync("at least 8 h apart");
        await visit.Test("test-at").FillAsync("2026-11-24T20:00");
        await visit.Test("test-ask").ClickAsync();
        await Expect(visit.Test("test-verdict")).ToContainTextAsync("It would pass.");
        await Expect(visit.Test("test-verdict")).ToContainTextAsync("Tue 24 Nov 12:00 local in America/Los_Angeles");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_change_shows_what_it_comes_to_before_it_is_stored_and_nobodys_change_is_lost()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/guardrails");
        await visit.Test("cap-count-grd_overall_week").FillAsync("2");
        await visit.Test("cap-count-grd_overall_week").PressAsync("Tab");
        await Expect(visit.Test("difference")).ToContainTextAsync("5 → 2");
        await Expect(visit.Test("draft-effective")).ToContainTextAsync("Then: At most 2 a week over all channels");
        await Expect(visit.Test("effective")).ToContainTextAsync("At most 5 a week");
        // Quiet around the clock: said before it is stored.
        await visit.Test("quiet-to-grd_quiet").FillAsync("21:00");
        await visit.Test("quiet-to-grd_quiet").PressAsync("Tab");
        await Expect(visit.Test("draft-clash").First).ToContainTextAsync("push is never open");
        await visit.Test("quiet-to-grd_quiet").FillAsync("09:00");
        await visit.Test("quiet-to-grd_quiet").PressAsync("Tab");
        await visit.Test("store").ClickAsync();
        await Expect(visit.Test("effective")).ToContainTextAsync("At most 2 a week over all channels");
        await Expect(visit.Test("draft")).ToHaveCountAsync(0);
        Assert.Equal(5, host.Agents.Limits.Settings.Version);

        host.Agents.Limits.Settings = (host.Agents.Limits.Settings.Document, 9);
        await visit.Test("cap-count-grd_overall_week").FillAsync("3");
        await visit.Test("cap-count-grd_overall_week").PressAsync("Tab");
        await visit.Test("store").ClickAsync();
        await Expect(visit.Test("stale")).ToContainTextAsync("Nothing of yours was stored");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Read again" }).ClickAsync();
        await Expect(visit.Test("cap-count-grd_overall_week")).ToHaveValueAsync("2");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_budget_is_written_with_what_messages_cost_and_shows_what_is_spent_and_left()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/guardrails");
        await Expect(visit.Test("no-budgets")).ToContainTextAsync("No budget is set");
        await visit.Test("add-budget").ClickAsync();
        await visit.Test("budget-channel-grd_budget_1").SelectOptionAsync("sms");
        await visit.Test("budget-amount-grd_budget_1").FillAsync("12.5");
        await visit.Test("budget-amount-grd_budget_1").PressAsync("Tab");
        await visit.Test("budget-per-grd_budget_1").SelectOptionAsync("day");
        await Expect(visit.Test("draft-effective")).ToContainTextAsync("SMS at most 12.5 EUR a day");
        // It would count nothing: said before it is stored.
        await Expect(visit.Test("draft-clash")).ToContainTextAsync("the workspace has no price for SMS");
        await visit.Test("price-sms").FillAsync("0.05");
        await visit.Test("price-sms").PressAsync("Tab");
        await Expect(visit.Test("draft-clash")).ToHaveCountAsync(0);
        await visit.Test("budget-currency-grd_budget_1").FillAsync("usd");
        await visit.Test("budget-currency-grd_budget_1").PressAsync("Tab");
        await Expect(visit.Test("draft")).ToContainTextAsync("must be USD, as the workspace's budget");
        await visit.Test("budget-currency-grd_budget_1").FillAsync("EUR");
        await visit.Test("budget-currency-grd_budget_1").PressAsync("Tab");
        host.Agents.Limits.Spent["workspace/grd_budget_1/day/EUR"] = (4, 0.05m);
        await visit.Test("store").ClickAsync();

        var gauge = visit.Page.Locator("[data-budget=grd_budget_1]");
        await Expect(gauge).ToContainTextAsync("SMS at most 12.5 EUR a day");
        await Expect(gauge).ToContainTextAsync("4 EUR of 12.5 EUR spent, 8.5 EUR left = 170 more at the channel's price; of what is spent 0.05 EUR is under way");
        Assert.Equal(("4", "12.5"), (await gauge.GetAttributeAsync("data-spent"), await gauge.GetAttributeAsync("data-limit")));
        await Expect(visit.Test("budgets-at")).ToContainTextAsync("as of");
        var stored = (WorkspaceSettingsParse.Ok)WorkspaceSettingsJson.Parse(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(host.Agents.Limits.Settings.Document));
        Assert.Equal(new Budget("grd_budget_1", 12.5m, "EUR", BudgetPeriod.Day, "sms"), stored.Settings.Guardrails.Budgets.Single());
        Assert.Equal(new Price(0.05m, "EUR"), stored.Settings.CostPerSend["sms"]);
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task The_count_follows_the_rule_as_it_is_typed_and_a_sensitive_attribute_is_not_offered()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/audiences");
        await visit.Test("rule-text").PressSequentiallyAsync("country is FR");
        await Expect(visit.Test("rule-size")).ToContainTextAsync("95 % between");
        var first = await visit.Test("rule-size").GetAttributeAsync("data-count");
        await Expect(visit.Test("examples")).ToContainTextAsync("ri••••2");
        await visit.Test("part").SelectOptionAsync("did");
        await visit.Test("part-word").FillAsync("Ride Completed");
        await visit.Test("add-and").ClickAsync();
        await Expect(visit.Test("rule-text")).ToHaveValueAsync("country is FR and did \"Ride Completed\" in 30 days");
        await Expect(visit.Test("rule-size")).Not.ToHaveAttributeAsync("data-count", first!);
        await visit.Test("part").SelectOptionAsync("is");
        Assert.Equal(["country", "plan"], await visit.Page.Locator("#p-names option").EvaluateAllAsync<string[]>("all => all.map(one => one.value)"));

        await visit.Test("rule-text").FillAsync("religion exists");
        await Expect(visit.Test("rule-fault")).ToContainTextAsync("sensitive");
        await visit.Test("rule-text").FillAsync("contry exists");
        await Expect(visit.Test("rule-fault")).ToContainTextAsync("nearest: country");
        await Expect(visit.Test("write-audience")).ToBeDisabledAsync();

        await visit.Test("rule-text").FillAsync("plan is gold");
        await visit.Test("audience-id").FillAsync("gold");
        await visit.Test("audience-name").FillAsync("Gold riders");
        await visit.Test("write-audience").ClickAsync();
        await Expect(visit.Test("difference")).ToBeVisibleAsync();
        await visit.Test("store").ClickAsync();
        await Expect(visit.Page.Locator("[data-audience=gold]")).ToContainTextAsync("plan is \"gold\"");
        var stored = (WorkspaceSettingsParse.Ok)WorkspaceSettingsJson.Parse(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(host.Agents.Limits.Settings.Document));
        Assert.Equal("plan is \"gold\"", AudienceText.Of(stored.Settings.Audience("gold")!.Rule));
        await Expect(visit.Page.Locator("[data-audience=regulars]")).ToContainTextAsync("program prg_orders");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Consent_is_shown_by_channel_and_a_file_is_looked_through_before_it_is_taken_down()
    {
        await using var host = await ConsoleHost.StartAsync();
        host.Agents.Limits.NobodySaidAnything = true;
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/audiences");
        await Expect(visit.Test("no-consent")).ToContainTextAsync("e-mail, SMS and WhatsApp will hold");
        await Expect(visit.Page.Locator("[data-test=consent-bars] [data-purpose=marketing]")).ToHaveCountAsync(5);
        await Expect(visit.Test("consent-sentence")).ToContainTextAsync("push 100 %, e-mail 0 %");

        await visit.Test("import-text").FillAsync("userId,channel,status,proof\nada,email,granted,\n");
        await visit.Test("import-look").ClickAsync();
        await Expect(visit.Page.Locator("tr[data-row='2']")).ToContainTextAsync("a grant needs its proof");
        await Expect(visit.Test("import-apply")).ToHaveCountAsync(0);
        await visit.Test("import-file").SetInputFilesAsync(new FilePayload { Name = "consent.csv", MimeType = "text/csv", Buffer = "userId,channel,status,proof\nada,email,granted,form 7\n"u8.ToArray() });
        await Expect(visit.Test("import-found")).ToContainTextAsync("1 sound row: 1 grant, 0 denials. Nothing was taken down yet.");
        await visit.Test("import-apply").ClickAsync();
        await Expect(visit.Test("import-done")).ToContainTextAsync("1 statement taken down");
        Assert.Equal([false, false, true], host.Agents.Limits.Imports.Select(one => one.Apply));
        Assert.Empty(visit.Wrong);
    }
}
