using System.Net;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Browser;

[Collection("browser")]
public sealed class SignInTests(Chromium chromium)
{
    [Fact]
    public async Task Nobody_sees_a_page_before_the_sign_in_and_the_deep_link_is_kept()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: $"/inspector/{Some.User}?decision={Some.Hold}");
        Assert.EndsWith($"/inspector/{Some.User}?decision={Some.Hold}", visit.Page.Url, StringComparison.Ordinal);
        await Expect(visit.Test("why-card")).ToHaveAttributeAsync("data-verdict", "hold");
    }

    [Fact]
    public async Task A_wrong_password_says_so_and_lets_nobody_in()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.Page.GotoAsync("/login");
        await visit.Test("password").FillAsync("wrong");
        await visit.Test("sign-in").ClickAsync();
        await Expect(visit.Test("login-failed")).ToBeVisibleAsync();
        await visit.Page.GotoAsync("/");
        await Expect(visit.Test("login-form")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync();
        await visit.Test("logout").ClickAsync();
        await Expect(visit.Test("login-form")).ToBeVisibleAsync();
        await visit.Page.GotoAsync("/");
        await Expect(visit.Test("login-form")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example")]
    public async Task A_sign_in_never_leads_to_another_host(string address)
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var visit = await Visit.OpenAsync(chromium.Browser, host.Url);
        await visit.SignInAsync(to: "/login?returnUrl=" + Uri.EscapeDataString(address));
        Assert.Equal(host.Url + "/", visit.Page.Url);
    }

    [Fact]
    [Trait("proves", "A35")]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent([new("password", FakeAccess.Password)]);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync(host.Url + "/login", form)).StatusCode);
    }

    [Theory]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "Origin", "https://evil.example")]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "Sec-Fetch-Site", "cross-site")]
    [InlineData("/login", "Origin", "null")]
    [InlineData("/login", "Sec-Fetch-Site", "same-site")]
    [Trait("proves", "A35")]
    public async Task Pages_of_other_sites_reach_neither_the_hub_nor_the_sign_in(string path, string header, string value)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Url + path) { Content = new FormUrlEncodedContent([new("password", FakeAccess.Password)]) };
        request.Headers.Add(header, value);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Pages_carry_a_policy_with_a_fresh_nonce()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var http = new HttpClient();
        var policies = new[] { await PolicyAsync(http, host.Url), await PolicyAsync(http, host.Url) };
        Assert.All(policies, policy => Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal));
        Assert.DoesNotContain("unsafe-eval", policies[0], StringComparison.Ordinal);
        Assert.NotEqual(policies[0], policies[1]);
    }

    static async Task<string> PolicyAsync(HttpClient http, string url) => (await http.GetAsync(url + "/login")).Headers.GetValues("Content-Security-Policy").Single();
}
