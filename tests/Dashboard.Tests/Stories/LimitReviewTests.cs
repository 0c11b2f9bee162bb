using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>Limits of the workspace: narrower at once, wider only with somebody else's yes.</summary>
[Collection("stories")]
public sealed class LimitReviewTests(Chromium chromium, StorySilo silo) : IClassFixture<StorySilo>
{
    [Fact]
    public async Task A_limit_is_narrowed_at_once_and_widened_by_two()
    {
        var (anas, bens) = (await silo.PersonAsync("lana", "approver"), await silo.PersonAsync("lben", "approver"));
        await using var ana = await silo.EnterAsync(chromium, "lana", anas, "/guardrails");
        await using var ben = await silo.EnterAsync(chromium, "lben", bens, "/guardrails");
        var push = ana.Page.Locator("[data-cap=grd_overall_week] input[type=number]").First;

        await push.FillAsync("4");
        await push.PressAsync("Tab");
        await Expect(ana.Test("draft")).ToContainTextAsync("5 → 4");
        await Expect(ana.Test("draft-loosens")).ToHaveCountAsync(0);
        await ana.Test("store").ClickAsync();
        await Expect(ana.Test("stored")).ToContainTextAsync("Stored as version");
        Assert.Equal(4, await OverallAsync());

        await push.FillAsync("9");
        await push.PressAsync("Tab");
        await Expect(ana.Test("draft-loosens")).ToContainTextAsync("cap grd_overall_week allows more");
        await Expect(ana.Test("store")).ToContainTextAsync("Submit for approval");
        await ana.Test("store").ClickAsync();
        await Expect(ana.Test("waiting")).ToContainTextAsync("4 → 9");
        await Expect(ana.Test("waiting-own")).ToBeVisibleAsync();
        await Expect(ana.Test("waiting-approve")).ToHaveCountAsync(0);
        await ana.ScreenshotAsync("limits-waiting");
        Assert.Empty(await ana.BrokenRulesAsync());
        Assert.Equal(4, await OverallAsync());

        await ben.GotoAsync("/guardrails");
        await Expect(ben.Test("waiting-loosens")).ToContainTextAsync("cap grd_overall_week allows more");
        await ben.Test("waiting-why").FillAsync("the season begins");
        await ben.Test("waiting-approve").ClickAsync();
        await Expect(ben.Test("stored")).ToContainTextAsync("Approved; it is in force.");
        await Expect(ben.Test("waiting")).ToHaveCountAsync(0);
        Assert.Equal(9, await OverallAsync());

        await ben.GotoAsync("/audit?kind=workspace");
        foreach (var act in new[] { "workspace.changed", "workspace.submitted", "workspace.approved" })
        {
            await Expect(ben.Page.Locator($"[data-act='{act}']").First).ToBeVisibleAsync();
        }

        Assert.Empty(ana.Wrong.Concat(ben.Wrong));
    }

    [Fact]
    public async Task The_api_says_what_waits_and_who_may_not()
    {
        await silo.PersonAsync("lcid", "approver");
        using var http = silo.Http();
        var (status, body, tag) = await SendAsync(http, HttpMethod.Get, "/v1/workspace", null, null);
        Assert.True(body.GetProperty("fourEyes").GetBoolean());
        var wider = JsonNode.Parse(body.GetProperty("document").GetRawText())!.AsObject();
        wider["guardrails"]!["minGapHours"] = 1;
        (status, body, tag) = await SendAsync(http, HttpMethod.Put, "/v1/workspace", wider.ToJsonString(), tag);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("the gap between two messages is shorter: 8 h → 1 h", body.GetProperty("proposal").GetProperty("loosens")[0].GetString());
        Assert.Equal(8, body.GetProperty("document").GetProperty("guardrails").GetProperty("minGapHours").GetDouble());

        (status, body, _) = await SendAsync(http, HttpMethod.Post, "/v1/workspace/transitions", """{"to":"live"}""", tag);
        Assert.Equal((HttpStatusCode.Forbidden, "own_change"), (status, body.GetProperty("code").GetString()));
        (status, body, _) = await SendAsync(http, HttpMethod.Post, "/v1/workspace/transitions", """{"to":"paused"}""", tag);
        Assert.Equal((HttpStatusCode.Conflict, "invalid_transition"), (status, body.GetProperty("code").GetString()));
        (status, _, _) = await SendAsync(http, HttpMethod.Post, "/v1/workspace/transitions", """{"to":"live"}""", "\"v999\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, status);
        (status, _, _) = await SendAsync(http, HttpMethod.Post, "/v1/workspace/transitions", """{"to":"live"}""", null);
        Assert.Equal(HttpStatusCode.PreconditionRequired, status);
        (status, body, tag) = await SendAsync(http, HttpMethod.Post, "/v1/workspace/transitions", """{"to":"draft","reason":"not yet"}""", tag);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.False(body.TryGetProperty("proposal", out var gone) && gone.ValueKind != JsonValueKind.Null);
        (status, body, _) = await SendAsync(http, HttpMethod.Post, "/v1/workspace/transitions", """{"to":"live"}""", tag);
        Assert.Equal((HttpStatusCode.Conflict, "No change of the settings waits for approval."), (status, body.GetProperty("detail").GetString()));
    }

    async Task<int> OverallAsync() =>
        (await silo.AskAsync(HttpMethod.Get, "/v1/workspace")).GetProperty("document").GetProperty("guardrails").GetProperty("caps").EnumerateArray().Single(cap => cap.GetProperty("id").GetString() == "grd_overall_week").GetProperty("count").GetInt32();

    static async Task<(HttpStatusCode Status, JsonElement Body, string? Tag)> SendAsync(HttpClient http, HttpMethod method, string path, string? body, string? tag)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        }

        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()), answer.Headers.ETag?.ToString() ?? tag);
    }
}
