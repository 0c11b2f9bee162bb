using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Client;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>What somebody with nothing but a public key, or a careless host, must not be able to do.</summary>
public sealed class HostileTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    HttpClient Public()
    {
        var http = new HttpClient { BaseAddress = silo.Address() };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(RunningSilo.WriteKey + ":")));
        return http;
    }

    async Task<string> PostAsync(string path, string body)
    {
        using var http = Public();
        using var response = await http.PostAsync(path, RunningSilo.Json(body));
        return $"{(int)response.StatusCode} {(response.Headers.TryGetValues("Aampe-Ingest", out var counts) ? counts.First() : await response.Content.ReadAsStringAsync())}";
    }

    [Theory]
    [InlineData("""{"type":"track","userId":"poisoned","event":"p","messageId":"bad","timestamp":"1970-01-01T00:00:00Z","sentAt":"9999-12-31T00:00:00Z"}""")]
    [InlineData("""{"type":"track","userId":"poisoned","event":"p","messageId":"bad","timestamp":"10:00"}""")]
    [InlineData("""{"type":"track","userId":"poisoned","event":"p","messageId":"bad","timestamp":true}""")]
    [InlineData("""{"type":"track","userId":"p\ud800","event":"p","messageId":"bad"}""")]
    public async Task A_bad_event_is_put_aside_alone(string bad)
    {
        var good = $"good-{Guid.NewGuid()}";
        Assert.Equal("200 accepted=1,duplicate=0,dead=1", await PostAsync("/v1/batch", $$"""{"batch":[{{bad}},{"type":"track","userId":"poisoned","event":"p","messageId":"{{good}}"}]}"""));
        await using var agents = silo.Agents();
        await RunningSilo.ArriveAsync(agents, $"barrier-{Guid.NewGuid()}", (await agents.Admin.ClockAsync()).Now);
        Assert.Contains((await agents.TimelineAsync("poisoned", 500)).Items, entry => entry.MessageId == good);

        // The letter can be listed, whatever is in it.
        using var http = silo.Http();
        var letters = JsonElement.Parse(await http.GetStringAsync("/v1/dead-letters?limit=500"));
        Assert.NotEmpty(letters.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_deep_event_does_not_refuse_its_batch()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 100)) + "1" + new string('}', 100);
        Assert.Equal("200 accepted=1,duplicate=0,dead=1", await PostAsync("/v1/batch", $$"""{"batch":[{"type":"track","userId":"deep","event":"e","properties":{{deep}}},{"type":"track","userId":"deep","event":"e"}]}"""));
    }

    [Theory]
    [InlineData("/v1/batch", """{"\ud800":1,"batch":[]}""")]
    [InlineData("/v1/batch", """{"writeKey":"\ud800","batch":[]}""")]
    [InlineData("/v1/batch", """{"sentAt":"\ud800","batch":[]}""")]
    public async Task Half_a_surrogate_is_no_fault_of_the_silo(string path, string body) => Assert.StartsWith("400 ", await PostAsync(path, body), StringComparison.Ordinal);

    [Fact]
    public async Task One_question_of_a_bulk_call_does_not_lose_the_others()
    {
        using var http = silo.Http();
        using var response = await http.PostAsync("/v1/next", RunningSilo.Json("""{"requests":[{"userId":"odd","idempotencyKey":"z","context":{"\ud800":1}},{"userId":"even"}]}"""));
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, response.StatusCode.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/v1/dead-letters?after=zzz")).StatusCode);
    }

    [Fact]
    public async Task A_dead_letter_of_a_single_route_knows_its_type_and_can_be_replayed()
    {
        Assert.Equal("200 accepted=0,duplicate=0,dead=1", await PostAsync("/v1/track", """{"userId":"typed"}"""));
        using var http = silo.Http();
        var letter = JsonElement.Parse(await http.GetStringAsync("/v1/dead-letters?reason=missing_event_name&limit=1")).GetProperty("items")[0];
        Assert.Equal("track", letter.GetProperty("payload").GetProperty("type").GetString());
        using var replayed = await http.PostAsync($"/v1/dead-letters/{letter.GetProperty("id").GetString()}/replay", RunningSilo.Json("""{"type":"track","userId":"typed","event":"Fixed"}"""));
        Assert.Equal(HttpStatusCode.OK, replayed.StatusCode);
    }

    [Fact]
    public async Task A_public_key_cannot_take_a_delivery_back_and_get_another_message()
    {
        await using var agents = silo.Agents();
        var capped = RunningSilo.Program("once", channel: "in_app").GetRawText().Replace("\"experiment\"", "\"guardrails\": {\"id\":\"g\",\"caps\":[{\"id\":\"c\",\"count\":1,\"per\":\"rollingHours\",\"hours\":24}]}, \"experiment\"", StringComparison.Ordinal);
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(capped));
        await RunningSilo.ArriveAsync(agents, "greedy", (await agents.Admin.ClockAsync()).Now);
        var first = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("greedy", new() { ProgramId = "once", Activate = true, Placement = "a" }));
        Assert.Equal("done", first.Activation);
        await PostAsync("/v1/track", $$"""{"userId":"greedy","event":"Message Failed","properties":{"decisionId":"{{first.DecisionId}}"} }""");
        await RunningSilo.ArriveAsync(agents, "barrier-greedy", (await agents.Admin.ClockAsync()).Now);
        Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("greedy", new() { ProgramId = "once", Activate = true, Placement = "b" }));
    }

    [Fact]
    public async Task A_hold_has_nothing_to_report()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("nobody", channel: "push"));
        var hold = Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("unreachable", new() { ProgramId = "nobody" }));
        var refused = await Assert.ThrowsAsync<AgentConflictException>(async () => await agents.ReportAsync(hold.DecisionId!.Value, new DeliveryEvent { Type = "clicked" }));
        Assert.Equal("not_a_send", refused.Problem.Code);
    }

    [Fact]
    public async Task The_anonymous_side_of_a_known_user_answers_as_that_user()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("both", channel: "in_app"));
        await PostAsync("/v1/identify", """{"userId":"known-1","anonymousId":"visitor-1","traits":{"firstName":"Ada"}}""");
        await RunningSilo.ArriveAsync(agents, "barrier-both", (await agents.Admin.ClockAsync()).Now);
        var known = await agents.NextMessageAsync("known-1", new() { ProgramId = "both" });
        using var http = silo.Http();
        using var response = await http.PostAsync("/v1/users/visitor-1/next?anonymous=true", RunningSilo.Json("""{"programId":"both"}"""));
        var anonymous = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(("known-1", known.DecisionId.ToString()), (anonymous.GetProperty("userId").GetString(), anonymous.GetProperty("decisionId").GetString()));
    }

    [Fact]
    public async Task A_write_key_as_bearer_is_told_what_it_lacks_and_answers_are_not_kept()
    {
        using var http = silo.Http(RunningSilo.WriteKey);
        using var response = await http.PostAsync("/v1/users/ada/next", RunningSilo.Json("{}"));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("write_key_only", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(("no-store", "nosniff"), (response.Headers.CacheControl!.ToString(), response.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    [Theory]
    [InlineData("PUT", "/v1/users/ada/consent", "{}", "/channel", "channel must be there")]
    [InlineData("POST", "/v1/killswitch", """{"on":"yes"}""", "/on", "is not of the type")]
    [InlineData("POST", "/v1/killswitch", """{"on":true,"x":1}""", "/x", "'x' is not known here")]
    [InlineData("POST", "/v1/users/ada/next", """{"activate":1}""", "/activate", "true or false")]
    [InlineData("POST", "/v1/users/ada/next", """{"channels":["push","fax"]}""", "/channels/1", "There is no channel 'fax'")]
    [InlineData("POST", "/v1/users/ada/next", """{"context":{"a/b":1}}""", "/context/a~1b", "not declared")]
    public async Task A_fault_names_its_field(string method, string path, string body, string place, string words)
    {
        using var http = silo.Http();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = RunningSilo.Json(body) };
        using var response = await http.SendAsync(request);
        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("errors")[0];
        Assert.Equal((HttpStatusCode.BadRequest, place), (response.StatusCode, error.GetProperty("pointer").GetString()));
        Assert.Contains(words, error.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?writeKey=" + RunningSilo.ServerKey, "", 401)]
    [InlineData("", RunningSilo.ServerKey, 401)]
    [InlineData("?writeKey=" + RunningSilo.WriteKey, "", 200)]
    public async Task A_server_key_in_an_address_or_a_body_is_none(string query, string inBody, int expected)
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        using var response = await http.PostAsync("/v1/track" + query, RunningSilo.Json($$"""{"userId":"leak","event":"e","writeKey":"{{inBody}}"}"""));
        Assert.Equal(expected, (int)response.StatusCode);
    }

    public static TheoryData<string> Bombs { get; } = new(
        "{% if " + new string('(', 5_000) + "a %}x{% endif %}",
        string.Concat(Enumerable.Repeat("{% if true %}", 3_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 3_000)),
        "{{ " + string.Concat(Enumerable.Repeat("a[", 5_000)) + " }}",
        "{{ 1 | divided_by: 0 }}",
        "{{ 1 | modulo: 0 }}",
        "{{ 9223372036854775807 | times: 9223372036854775807 }}",
        "{{ 'x' | slice: -99999999999, 99999999999 }}");

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_template_can_neither_kill_the_silo_nor_surprise_it(string title)
    {
        using var http = silo.Http();
        var program = System.Text.Json.Nodes.JsonNode.Parse(RunningSilo.Program($"bomb-{Guid.NewGuid():n}", channel: "in_app").GetRawText())!;
        program["messages"]![0]!["content"]!["title"] = title;
        using var response = await http.PostAsync("/v1/programs", RunningSilo.Json(program.ToJsonString()));
        Assert.True(response.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Created, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task A_users_own_values_cost_them_the_message_and_nobody_else_anything()
    {
        await using var agents = silo.Agents();
        var program = System.Text.Json.Nodes.JsonNode.Parse(RunningSilo.Program("sums", title: "{{ 10 | divided_by: user.n }}", channel: "in_app").GetRawText())!;
        foreach (var message in program["messages"]!.AsArray())
        {
            message!["variables"] = System.Text.Json.Nodes.JsonNode.Parse("""[{ "name": "user.n", "default": "5", "maxLength": 5 }]""");
        }

        await RunningSilo.LiveAsync(agents, JsonElement.Parse(program.ToJsonString()));
        await PostAsync("/v1/identify", """{"userId":"zero","traits":{"n":0}}""");
        await RunningSilo.ArriveAsync(agents, "barrier-zero", (await agents.Admin.ClockAsync()).Now);
        using var http = silo.Http();
        using var response = await http.PostAsync("/v1/next", RunningSilo.Json("""{"requests":[{"userId":"zero","programId":"sums","activate":true},{"userId":"one","programId":"sums"}]}"""));
        var results = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("results");
        Assert.Equal(("hold", true, "failed", "send"), (results[0].GetProperty("verdict").GetString(), results[0].GetProperty("degraded").GetBoolean(), results[0].GetProperty("activation").GetString(), results[1].GetProperty("verdict").GetString()));
        Assert.Empty((await agents.UserAsync("zero"))!.More["sends"].EnumerateArray());
    }

    [Fact]
    public async Task What_an_anonymous_id_denies_holds_for_the_user_it_has_become()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("denied", channel: "in_app"));
        await PostAsync("/v1/identify", """{"userId":"known-2","anonymousId":"visitor-2"}""");
        await RunningSilo.ArriveAsync(agents, "barrier-denied", (await agents.Admin.ClockAsync()).Now);
        using var http = silo.Http();
        using var denied = await http.PutAsync("/v1/users/visitor-2/consent?anonymous=true", RunningSilo.Json("""{"channel":"in_app","status":"denied"}"""));
        Assert.Equal(HttpStatusCode.OK, denied.StatusCode);
        Assert.Equal("denied", Assert.Single(await agents.ConsentAsync("known-2")).Status);
        Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("known-2", new() { ProgramId = "denied" }));
    }

    [Fact]
    public async Task What_was_activated_for_a_host_that_had_gone_is_taken_back()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("hasty", channel: "in_app"));
        using var http = silo.Http();
        string[] gone = ["hasty-1", "hasty-2", "hasty-3"];
        using (silo.StopWrites())
        {
            // Nothing can be stored, so no answer is due before the host has gone.
            foreach (var user in gone)
            {
                using var response = await http.PostAsync($"/v1/users/{user}/next", RunningSilo.Json("""{"programId":"hasty","activate":true,"maxWaitMs":50}"""));
                Assert.Contains("\"timeout\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        foreach (var user in gone)
        {
            // The silo takes it back beside the answer, in its own time.
            while ((await agents.TimelineAsync(user)).Items is var told && (!told.Any(entry => entry.Kind == "delivery") || (await agents.UserAsync(user))!.More["sends"].GetArrayLength() > 0))
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }
}
