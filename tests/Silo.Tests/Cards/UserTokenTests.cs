using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Cards;

/// <summary>What a token in a browser may do, and what it may not.</summary>
public sealed class UserTokenTests : IAsyncLifetime
{
    readonly RunningSilo silo = new();
    IAgentClient agents = null!;

    public async Task InitializeAsync() => agents = await CardScene.LiveAsync(silo);

    public async Task DisposeAsync()
    {
        await agents.DisposeAsync();
        await silo.DisposeAsync();
    }

    async Task<(HttpStatusCode Status, string? Code, HttpResponseMessage Response)> AskAsync(string token, HttpMethod method, string path, string? body = null, string? origin = null)
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : RunningSilo.Json(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var code = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString() : null;
        return (response.StatusCode, code, response);
    }

    [Fact]
    public async Task Every_other_route_is_forbidden()
    {
        var token = await CardScene.TokenAsync(silo, "ada");
        foreach (var route in new[]
        {
            "POST /v1/users/ada/next", "POST /v1/next", "POST /v1/users/ada/tokens", "GET /v1/users/ada", "GET /v1/users/ada/timeline", "PUT /v1/users/ada/consent", "GET /v1/users/bob/cards",
            "GET /v1/users/ada/cards?anonymous=true", "GET /v1/decisions", "GET /v1/programs", "GET /v1/keys", "GET /v1/overview", "POST /v1/killswitch",
        })
        {
            var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
            var (status, code, _) = await AskAsync(token, new HttpMethod(method), path, method == "GET" ? null : "{}");
            Assert.Equal((route, HttpStatusCode.Forbidden, "user_token_only"), (route, status, code));
        }
    }

    [Fact]
    public async Task It_reports_on_its_own_users_decisions_what_a_person_does_and_nothing_else()
    {
        var open = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("ada", new() { ProgramId = "cards", Activate = true }));
        var token = await CardScene.TokenAsync(silo, "ada");
        var id = open.DecisionId!.Value.Value;
        using var clicked = await CardScene.ReportAsync(silo, token, id, "clicked");
        using var bounced = await CardScene.ReportAsync(silo, token, id, "bounced");
        using var foreign = await CardScene.ReportAsync(silo, await CardScene.TokenAsync(silo, "bob"), id, "clicked");
        using var unknown = await CardScene.ReportAsync(silo, token, "dec_nothing", "clicked");
        Assert.Equal(
            [HttpStatusCode.Accepted, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound],
            new[] { clicked, bounced, foreign, unknown }.Select(response => response.StatusCode));
        await agents.IngestAsync([new UserEvent { UserId = "ada", MessageId = "after", Event = "Seen" }], new IngestOptions { WaitApplied = true });
        Assert.Equal(["clicked"], (await CardScene.OfAsync(agents, "ada", "delivery")).Select(entry => entry.More["status"].GetString()));
    }

    [Fact]
    public async Task An_altered_token_is_no_token_and_one_ends_with_the_key_that_asked_for_it()
    {
        var token = await CardScene.TokenAsync(silo, "ada");
        var altered = token[..^10] + (token[^10] == 'A' ? 'B' : 'A') + token[^9..];
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(altered, HttpMethod.Get, "/v1/users/ada/cards")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("ut_AAAA", HttpMethod.Get, "/v1/users/ada/cards")).Status);
        using var http = silo.Http();
        using var made = await http.PostAsync("/v1/keys", RunningSilo.Json("""{"kind":"server","name":"short","scopes":["next-message"]}"""));
        var key = JsonElement.Parse(await made.Content.ReadAsStringAsync());
        using var other = silo.Http(key.GetProperty("key").GetString()!);
        using var issued = await other.PostAsync("/v1/users/ada/tokens", RunningSilo.Json("{}"));
        var theirs = JsonElement.Parse(await issued.Content.ReadAsStringAsync()).GetProperty("token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(theirs, HttpMethod.Get, "/v1/users/ada/cards")).Status);
        (await http.DeleteAsync($"/v1/keys/{key.GetProperty("id").GetString()}")).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(theirs, HttpMethod.Get, "/v1/users/ada/cards")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(token, HttpMethod.Get, "/v1/users/ada/cards")).Status);
    }

    [Fact]
    public async Task What_cannot_be_made_is_told_by_field_value_and_limit()
    {
        using var http = silo.Http();
        foreach (var (body, pointer, value) in new[] { ("""{"ttlSeconds":59}""", "/ttlSeconds", "59"), ("""{"ttlSeconds":86401}""", "/ttlSeconds", "86401"), ("""{"source":"nowhere"}""", "/source", "nowhere") })
        {
            using var response = await http.PostAsync("/v1/users/ada/tokens", RunningSilo.Json(body));
            var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            Assert.Equal(((HttpStatusCode)422, pointer), (response.StatusCode, problem.GetProperty("errors")[0].GetProperty("pointer").GetString()));
            Assert.Contains(value, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_pages_of_the_sources_origins_may_use_it_and_their_preflights_pass()
    {
        const string shop = "https://shop.example", evil = "https://evil.example";
        using var http = silo.Http();
        (await http.PutAsync("/v1/sources/default", RunningSilo.Json($$"""{"name":"Default","trusted":false,"allowedOrigins":["{{shop}}"]}"""))).EnsureSuccessStatusCode();
        var token = await CardScene.TokenAsync(silo, "ada");
        var ours = await AskAsync(token, HttpMethod.Get, "/v1/users/ada/cards", origin: shop);
        Assert.Equal((HttpStatusCode.OK, shop), (ours.Status, ours.Response.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        var theirs = await AskAsync(token, HttpMethod.Get, "/v1/users/ada/cards", origin: evil);
        Assert.Equal((HttpStatusCode.Forbidden, "origin_not_allowed", false), (theirs.Status, theirs.Code, theirs.Response.Headers.Contains("Access-Control-Allow-Origin")));
        using var report = await CardScene.ReportAsync(silo, token, "dec_nothing", "clicked", evil);
        Assert.Equal(HttpStatusCode.Forbidden, report.StatusCode);
        foreach (var (origin, allowed) in new[] { (shop, true), (evil, false) })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/users/ada/cards");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "GET");
            preflight.Headers.Add("Access-Control-Request-Headers", "authorization");
            using var bare = new HttpClient { BaseAddress = silo.Address() };
            using var answer = await bare.SendAsync(preflight);
            Assert.Equal((HttpStatusCode.NoContent, allowed), (answer.StatusCode, answer.Headers.Contains("Access-Control-Allow-Origin")));
            Assert.Contains("Authorization", answer.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        }
    }
}
