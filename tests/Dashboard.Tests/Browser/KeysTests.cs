using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

[Collection("browser")]
public sealed class KeysTests(Chromium chromium)
{
    static async Task<(ConsoleHost Host, Visit Visit)> OpenAsync(Chromium chromium)
    {
        var host = await ConsoleHost.StartAsync();
        var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/keys");
        return (host, visit);
    }

    [Fact]
    public async Task Channels_say_how_they_were_tested_and_a_test_goes_to_one_address()
    {
        var (host, visit) = await OpenAsync(chromium);
        await using var _ = host;
        await using var __ = visit;
        await Expect(visit.Test("channel-standing")).ToContainTextAsync("Push, E-mail and Text message reach people");
        await Expect(visit.Test("channel-standing")).ToContainTextAsync("E-mail is stopped");
        await Expect(visit.Page.Locator("tr[data-channel=push] [data-test=badge]")).ToHaveTextAsync("stand-in tested");
        await Expect(visit.Page.Locator("tr[data-channel=email] [data-test=badge]")).ToHaveTextAsync("real");
        await Expect(visit.Page.Locator("tr[data-channel=in_app] [data-test=send-test]")).ToHaveCountAsync(0);
        await visit.Page.Locator("tr[data-channel=email] [data-test=send-test]").ClickAsync();
        await visit.Test("test-address").FillAsync("gone@home.example");
        await visit.Test("test-now").ClickAsync();
        await Expect(visit.Test("test-result")).ToContainTextAsync("there is no such address");
        await visit.Test("test-address").FillAsync("me@home.example");
        await visit.Test("test-now").ClickAsync();
        await Expect(visit.Test("test-result")).ToContainTextAsync("Taken (smtp 250)");
        Assert.Equal([("email", "gone@home.example"), ("email", "me@home.example")], host.Agents.ChannelFacts.Tests);
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_channel_that_was_stopped_is_let_work_again()
    {
        var (host, visit) = await OpenAsync(chromium);
        await using var _ = host;
        await using var __ = visit;
        await visit.Test("reset").ClickAsync();
        await Expect(visit.Test("down")).ToHaveCountAsync(0);
        Assert.DoesNotContain(host.Agents.ChannelFacts.All, one => one.Down);
    }

    [Fact]
    public async Task A_key_is_shown_once_with_a_call_to_try()
    {
        var (host, visit) = await OpenAsync(chromium);
        await using var _ = host;
        await using var __ = visit;
        await visit.Page.Locator("[data-test=key-form] summary").ClickAsync();
        await visit.Test("key-name").FillAsync("Warehouse");
        await visit.Page.Locator("[data-scope=ingest]").UncheckAsync();
        await visit.Test("make-key").ClickAsync();
        await Expect(visit.Test("key-text")).ToHaveTextAsync("sk_shown-once");
        await Expect(visit.Test("key-curl")).ToContainTextAsync("Authorization: Bearer sk_shown-once");
        Assert.Equal(["next-message"], host.Agents.ChannelFacts.Keys.Single(key => key.Name == "Warehouse").Scopes);
        Assert.Empty(await visit.BrokenRulesAsync());
        await visit.Test("hide-key").ClickAsync();
        await Expect(visit.Page.Locator("[data-key=new]")).ToBeVisibleAsync();
        Assert.DoesNotContain("shown-once", await visit.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_silo_refuses_is_said_with_its_trace()
    {
        var (host, visit) = await OpenAsync(chromium);
        await using var _ = host;
        await using var __ = visit;
        await visit.Page.Locator("[data-test=key-form] summary").ClickAsync();
        await visit.Test("key-name").FillAsync("Too much");
        await visit.Page.Locator("[data-scope='admin:*']").CheckAsync();
        await visit.Test("make-key").ClickAsync();
        await Expect(visit.Test("make-problem")).ToContainTextAsync("lacks admin:* itself");
        await Expect(visit.Test("make-problem")).ToContainTextAsync("4bf92f3577b34da6");
    }

    [Fact]
    public async Task A_key_is_rotated_with_a_grace_and_revoked_only_on_a_second_word()
    {
        var (host, visit) = await OpenAsync(chromium);
        await using var _ = host;
        await using var __ = visit;
        var row = visit.Page.Locator("[data-key=a1b2c3d4e5]");
        await row.Locator("[data-test=rotate]").ClickAsync();
        await visit.Test("grace").FillAsync("48");
        await visit.Test("confirm").ClickAsync();
        await Expect(visit.Test("key-text")).ToHaveTextAsync("sk_rotated-once");
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero), host.Agents.ChannelFacts.Keys[0].ExpiresAt);
        await row.Locator("[data-test=revoke]").ClickAsync();
        Assert.Equal(3, host.Agents.ChannelFacts.Keys.Count);
        await visit.Test("confirm").ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_sandbox_shows_what_would_have_gone_out()
    {
        var (host, visit) = await OpenAsync(chromium);
        await using var _ = host;
        await using var __ = visit;
        await Expect(visit.Page.Locator("[data-sandbox]").First).ToContainTextAsync("<b>Your basket</b>");
    }
}
