using Aampe.Agents.Client;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

[Collection("browser")]
public sealed class LiveEventTests(Chromium chromium)
{
    [Fact]
    public async Task A_new_event_appears_on_top_and_one_that_was_put_aside_leads_to_its_letter()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/diagnostics/events");
        await Expect(visit.Page.Locator("[data-event]")).ToHaveCountAsync(3);
        await host.Agents.Arriving.Writer.WriteAsync(new ArrivedEvent { Number = 4, ReceivedAt = Some.T0, Type = "track", Name = "Order Completed", UserId = Some.User, MessageId = "m-20", Source = "default" });
        await Expect(visit.Page.Locator("tbody tr").First).ToContainTextAsync("Order Completed (track)");
        await visit.Page.Locator("[data-reason=missing_user_id] a").ClickAsync();
        await Expect(visit.Page.Locator("[data-letter=dl_1]")).ToBeVisibleAsync();
        Assert.EndsWith("/diagnostics/dead-letters?reason=missing_user_id", visit.Page.Url, StringComparison.Ordinal);
        Assert.Empty(visit.Wrong);
    }
}
