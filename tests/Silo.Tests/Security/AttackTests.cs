using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Security;

/// <summary>What strangers and holders of the public key try, over a real socket: docs/security-tests.md says which case each is.</summary>
public sealed class AttackTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    const string Track = """{"userId":"mallory","event":"e"}""";

    static string Basic(string key) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":"));

    async Task<(int Status, string Text)> SendAsync(HttpMethod method, string path, HttpContent? content, string? authorization, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {(int)answer.StatusCode} {text}");
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        return ((int)answer.StatusCode, text);
    }

    static ByteArrayContent Body(byte[] bytes, string type = "application/json", string? encoding = null)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        return content;
    }

    static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            zip.Write(bytes);
        }

        return packed.ToArray();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wk_none_0123456789")]
    [InlineData("wk_test_012345678")]
    [InlineData("WK_TEST_0123456789")]
    [InlineData(RunningSilo.ServerKey)]
    [InlineData("wk_' OR 1=1 --")]
    [Trait("proves", "A1")]
    public async Task Events_are_taken_under_their_own_key_alone(string? key) =>
        Assert.Equal(401, (await SendAsync(HttpMethod.Post, "/v1/track", RunningSilo.Json(Track), key is null ? null : Basic(key))).Status);

    /// <summary>Every route that reads, out of the description: the key that stands in every web page opens none of them.</summary>
    [Theory]
    [InlineData("Bearer ")]
    [InlineData("Basic ")]
    [Trait("proves", "A9")]
    public async Task The_key_of_a_web_page_reads_nothing(string scheme)
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        var paths = JsonElement.Parse(await http.GetStringAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)).Select(path => path.Name).ToArray();
        Assert.True(paths.Length > 30, $"{paths.Length} routes.");
        var authorization = scheme == "Bearer " ? scheme + RunningSilo.WriteKey : Basic(RunningSilo.WriteKey);
        var open = new List<string>();
        foreach (var path in paths)
        {
            var address = System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]+\}", "x");
            if ((await SendAsync(HttpMethod.Get, address, null, authorization)).Status is not (401 or 403))
            {
                open.Add(path);
            }
        }

        // Links in mails and providers' calls carry a proof of their own; the rest is what every page must know.
        Assert.Subset(new HashSet<string>(["/v1/unsubscribe/{token}", "/v1/callbacks/{channel}", "/v1/push-key", "/v1/sdk/push-key"], StringComparer.Ordinal), open.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ingest", "GET /v1/overview", 403)]
    [InlineData("ingest", "GET /v1/users/u", 403)]
    [InlineData("ingest", "POST /v1/killswitch", 403)]
    [InlineData("next-message", "GET /v1/users/u", 403)]
    [InlineData("next-message", "POST /v1/events", 403)]
    [InlineData("users:read", "DELETE /v1/users/u", 403)]
    [InlineData("users:read", "PUT /v1/users/u/consent", 403)]
    [InlineData("users:read", "GET /v1/users/u", 404)]
    [InlineData("console:read", "GET /v1/users/u", 403)]
    [InlineData("console:read", "POST /v1/exports", 403)]
    [InlineData("console:read", "POST /v1/killswitch", 403)]
    [InlineData("console:read", "GET /v1/keys", 403)]
    [InlineData("console:read", "PUT /v1/workspace", 403)]
    [InlineData("console:read", "GET /v1/dead-letters", 403)]
    [InlineData("console:read", "GET /v1/overview", 200)]
    [InlineData("export", "GET /v1/keys", 403)]
    [Trait("proves", "A8")]
    public async Task A_key_opens_what_its_scopes_name_and_nothing_else(string scope, string route, int expected)
    {
        using var admin = silo.Http();
        var made = await admin.PostAsync("/v1/keys", RunningSilo.Json($$"""{"kind":"server","name":"{{scope}}","scopes":["{{scope}}"]}"""));
        var key = JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("key").GetString();
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        var body = method is "POST" or "PUT" ? RunningSilo.Json(path.EndsWith("killswitch", StringComparison.Ordinal) ? """{"on":true}""" : "{}") : null;
        Assert.Equal(expected, (await SendAsync(new HttpMethod(method), path, body, "Bearer " + key)).Status);
    }

    public static TheoryData<string, byte[]> Malformed { get; } = new()
    {
        { "empty", [] }, { "truncated", """{"batch":[{"type":"""u8.ToArray() }, { "no object", "[1]"u8.ToArray() }, { "NaN", """{"batch":[],"x":NaN}"""u8.ToArray() },
        { "trailing", """{"batch":[]} {}"""u8.ToArray() }, { "invalid UTF-8", [.. """{"batch":[{"type":"track","userId":"""u8, 0x22, 0xff, 0xfe, 0x22, .. "}]}"u8] },
        { "UTF-16", Encoding.Unicode.GetBytes("""{"batch":[]}""") }, { "deep arrays", [.. """{"batch":"""u8, .. Enumerable.Repeat((byte)'[', 100_000)] },
        { "deep objects", Encoding.UTF8.GetBytes("""{"batch":[""" + string.Concat(Enumerable.Repeat("{\"a\":", 10_000))) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    [Trait("proves", "A11")]
    public async Task A_body_that_is_no_json_is_refused_quickly(string what, byte[] body)
    {
        var since = Stopwatch.GetTimestamp();
        Assert.Equal((what, 400), (what, (await SendAsync(HttpMethod.Post, "/v1/batch", Body(body), Basic(RunningSilo.WriteKey))).Status));
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5), what);
    }

    [Fact]
    [Trait("proves", "A19")]
    public async Task What_is_too_large_is_refused_or_put_aside()
    {
        var large = new string('x', 33_000);
        Assert.Equal(413, (await SendAsync(HttpMethod.Post, "/v1/track", RunningSilo.Json($$"""{"userId":"large","event":"e","properties":{"a":"{{large}}"} }"""), Basic(RunningSilo.WriteKey))).Status);
        Assert.Equal(200, (await SendAsync(HttpMethod.Post, "/v1/batch", RunningSilo.Json($$"""{"batch":[{"type":"track","userId":"large","event":"e","messageId":"too-large","properties":{"a":"{{large}}"} }]}"""), Basic(RunningSilo.WriteKey))).Status);
        using var admin = silo.Http();
        Assert.Contains("event_too_large", await admin.GetStringAsync("/v1/dead-letters?reason=event_too_large&limit=500"), StringComparison.Ordinal);
        var batch = "{\"batch\":[" + string.Join(',', Enumerable.Repeat($$"""{"type":"track","userId":"u","event":"e","properties":{"a":"{{new string('y', 6_000)}}"} }""", 100)) + "]}";
        Assert.Equal(413, (await SendAsync(HttpMethod.Post, "/v1/batch", RunningSilo.Json(batch), Basic(RunningSilo.WriteKey))).Status);
        Assert.Equal(413, (await SendAsync(HttpMethod.Post, "/v1/batch", RunningSilo.Json("{\"batch\":[" + string.Join(',', Enumerable.Repeat("{}", 2_501)) + "]}"), Basic(RunningSilo.WriteKey))).Status);
        Assert.Equal(413, (await SendAsync(HttpMethod.Post, "/v1/programs", Body(Encoding.UTF8.GetBytes("{\"id\":\"" + new string('z', 6_000_000) + "\"}")), "Bearer " + RunningSilo.ServerKey, ("Expect", "100-continue"))).Status);
    }

    public static TheoryData<string, byte[], string, int> Packed { get; } = new()
    {
        { "bomb", Gzip(Encoding.UTF8.GetBytes("{\"batch\":[\"" + new string('a', 20_000_000) + "\"]}")), "gzip", 413 }, { "truncated", Gzip("{\"batch\":[]}"u8.ToArray())[..12], "gzip", 400 },
        { "plain", "{\"batch\":[]}"u8.ToArray(), "gzip", 400 }, { "twice", Gzip(Gzip("{\"batch\":[]}"u8.ToArray())), "gzip", 400 }, { "unknown", "{\"batch\":[]}"u8.ToArray(), "br", 415 },
    };

    [Theory]
    [MemberData(nameof(Packed))]
    [Trait("proves", "A20")]
    public async Task What_is_packed_is_unpacked_up_to_the_limit_only(string what, byte[] body, string encoding, int expected) =>
        Assert.Equal((what, expected), (what, (await SendAsync(HttpMethod.Post, "/v1/batch", Body(body, encoding: encoding), Basic(RunningSilo.WriteKey))).Status));

    [Theory]
    [InlineData("application/xml", """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>""")]
    [InlineData("multipart/form-data; boundary=x", "--x--")]
    [InlineData("application/x-www-form-urlencoded", "a=b")]
    [Trait("proves", "A21")]
    public async Task Nothing_but_json_is_read(string type, string body)
    {
        Assert.Equal(415, (await SendAsync(HttpMethod.Post, "/v1/batch", Body(Encoding.UTF8.GetBytes(body), type), Basic(RunningSilo.WriteKey))).Status);
        Assert.Equal(415, (await SendAsync(HttpMethod.Post, "/v1/killswitch", Body(Encoding.UTF8.GetBytes(body), type), "Bearer " + RunningSilo.ServerKey)).Status);
    }

    [Theory]
    [InlineData("DELETE", "/v1/batch", 405)]
    [InlineData("PUT", "/v1/killswitch", 405)]
    [InlineData("TRACE", "/v1/overview", 405)]
    [InlineData("GET", "/v1/../appsettings.json", 404)]
    [InlineData("GET", "/appsettings.json", 404)]
    [InlineData("GET", "/.git/config", 404)]
    [InlineData("GET", "/v1/%2e%2e/%2e%2e/etc/passwd", 404)]
    [InlineData("GET", "/_content/../../appsettings.json", 404)]
    [InlineData("GET", "/metrics", 404)]
    [Trait("proves", "A22")]
    public async Task Other_methods_and_paths_lead_nowhere(string method, string path, int expected) =>
        Assert.Equal(expected, (await SendAsync(new HttpMethod(method), path, null, "Bearer " + RunningSilo.ServerKey, ("X-HTTP-Method-Override", "POST"))).Status);

    [Fact]
    [Trait("proves", "A24")]
    public async Task Headers_have_limits()
    {
        Assert.Equal(400, (await SendAsync(HttpMethod.Post, "/v1/users/u/next", RunningSilo.Json("{}"), "Bearer " + RunningSilo.ServerKey, ("Idempotency-Key", new string('k', 10_000)))).Status);
        Assert.Equal(431, (await SendAsync(HttpMethod.Get, "/v1/overview", null, "Bearer " + RunningSilo.ServerKey, ("X-Long", new string('x', 100_000)))).Status);
        Assert.Equal(431, (await SendAsync(HttpMethod.Get, "/v1/overview", null, "Bearer " + RunningSilo.ServerKey, [.. Enumerable.Range(0, 2_000).Select(i => ($"X-{i}", "1"))])).Status);
    }

    [Theory]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n")]
    [InlineData("X-Bare: a\rb\r\nContent-Length: 0\r\n\r\n")]
    [Trait("proves", "A25")]
    public async Task A_request_whose_end_is_in_doubt_gets_one_answer_and_the_line_is_cut(string rest)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, silo.Address().Port);
        await using var line = client.GetStream();
        await line.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {Basic(RunningSilo.WriteKey)}\r\nContent-Type: application/json\r\n{rest}"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = new MemoryStream();
        await line.CopyToAsync(answer, patience.Token);
        var text = Encoding.ASCII.GetString(answer.ToArray());
        Assert.StartsWith("HTTP/1.1 4", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("HTTP/1.1 ").Length - 1);
    }

    [Theory]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("a%00b")]
    [InlineData("a%0D%0Ab")]
    [InlineData("%FF%FE")]
    [InlineData("'%3B%20DROP%20TABLE%20agents%3B--")]
    [InlineData("%7B%7B7*7%7D%7D")]
    [InlineData("%3Cscript%3E")]
    [InlineData("default%7Cada")]
    [InlineData("u%3Aada")]
    [Trait("proves", "A27")]
    public async Task A_strange_user_id_is_that_user_or_refused(string id)
    {
        var (status, text) = await SendAsync(HttpMethod.Get, $"/v1/users/{id}", null, "Bearer " + RunningSilo.ServerKey);
        Assert.True(status is 400 or 404, $"{status} {text}");
        Assert.InRange((await SendAsync(HttpMethod.Post, $"/v1/users/{id}/next", RunningSilo.Json("{}"), "Bearer " + RunningSilo.ServerKey)).Status, 200, 414);
        Assert.Equal(400, (await SendAsync(HttpMethod.Post, $"/v1/users/{new string('u', 5_000)}/next", RunningSilo.Json("{}"), "Bearer " + RunningSilo.ServerKey)).Status);
    }

    [Fact]
    [Trait("proves", "A29")]
    public async Task Twenty_at_once_under_one_key_get_one_decision()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("twenty", channel: "in_app"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(HttpMethod.Post, "/v1/users/twenty-1/next", RunningSilo.Json("""{"programId":"twenty","activate":true}"""), "Bearer " + RunningSilo.ServerKey, ("Idempotency-Key", "twenty"))));
        Assert.Single(answers.Select(answer => JsonElement.Parse(answer.Text).GetProperty("decisionId").GetString()).Distinct());
    }

    [Fact]
    [Trait("proves", "A41")]
    [Trait("proves", "A42")]
    public async Task The_public_key_neither_takes_away_anothers_event_nor_speaks_for_another()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("others", channel: "in_app"));
        await RunningSilo.ArriveAsync(agents, "victim", (await agents.Admin.ClockAsync()).Now);
        var open = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("victim", new() { ProgramId = "others", Activate = true }));
        foreach (var body in new[]
        {
            """{"type":"track","userId":"mallory","event":"Seen","messageId":"to-come"}""",
            $$"""{"type":"track","userId":"mallory","event":"Message Unsubscribed","messageId":"m-1","properties":{"decisionId":"{{open.DecisionId}}","channel":"in_app"} }""",
            """{"type":"track","userId":"victim","event":"Consent Changed","messageId":"m-2","properties":{"channel":"sms","status":"granted"}}""",
            """{"type":"alias","userId":"mallory","previousId":"victim","messageId":"m-3"}""",
            """{"type":"track","userId":"victim","event":"Order Completed","messageId":"to-come"}""",
        })
        {
            Assert.Equal(200, (await SendAsync(HttpMethod.Post, "/v1/batch", RunningSilo.Json($$"""{"batch":[{{body}}]}"""), Basic(RunningSilo.WriteKey))).Status);
        }

        await RunningSilo.ArriveAsync(agents, "barrier-victim", (await agents.Admin.ClockAsync()).Now);
        Assert.Contains((await agents.TimelineAsync("victim", 500)).Items, entry => entry.MessageId == "to-come");
        Assert.Equal("victim", (await agents.UserAsync("victim"))!.UserId);
        Assert.DoesNotContain(await agents.ConsentAsync("victim"), consent => consent.Status is "granted" or "denied");
    }

    [Fact]
    [Trait("proves", "A36")]
    public async Task A_name_that_leads_inside_is_refused_when_it_is_called()
    {
        const string url = "https://localhost:8443/hook";
        Assert.Null(Silo.Delivery.WebhookTarget.Refusal(url, allowPrivate: false));
        using var http = new HttpClient(Silo.Delivery.WebhookTarget.Handler(allowPrivate: false));
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(url)));
        Assert.IsType<Silo.Delivery.WebhookTargetException>(fault.InnerException);
    }

    [Theory]
    [InlineData("a|b", "c", "a", "b|c")]
    [InlineData("a/b", "c", "a", "b/c")]
    [InlineData("a:u", "c", "a", "u:c")]
    [InlineData("a%7C", "c", "a", "%7Cc")]
    [InlineData("a", "u/x", "a/u", "x")]
    [Trait("proves", "A30")]
    public void Separators_in_a_tenant_or_a_user_make_no_other_agents_key(string tenant, string user, string otherTenant, string otherUser)
    {
        var key = Grains.Interfaces.Agents.AgentKey.User(tenant, user);
        Assert.NotEqual(key.ToString(), Grains.Interfaces.Agents.AgentKey.User(otherTenant, otherUser).ToString());
        Assert.Equal(key, Grains.Interfaces.Agents.AgentKey.Parse(key.ToString()));
    }

    [Fact]
    [Trait("proves", "A43")]
    public async Task A_loud_source_is_slowed_and_the_others_are_not()
    {
        using var admin = silo.Http();
        (await admin.PutAsync("/v1/sources/loud", RunningSilo.Json("""{"name":"Loud","trusted":false,"maxEventsPerSecond":5}"""))).EnsureSuccessStatusCode();
        var made = await admin.PostAsync("/v1/keys", RunningSilo.Json("""{"kind":"write","name":"loud","source":"loud"}"""));
        var loud = Basic(JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("key").GetString()!);
        var statuses = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            statuses.Add((await SendAsync(HttpMethod.Post, "/v1/track", RunningSilo.Json($$"""{"userId":"loud-{{i}}","event":"e-{{i}}"}"""), loud)).Status);
        }

        Assert.Contains(429, statuses);
        Assert.Equal(200, (await SendAsync(HttpMethod.Post, "/v1/track", RunningSilo.Json(Track), Basic(RunningSilo.WriteKey))).Status);
    }
}
