using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Client;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>Statuses, headers and codes of the routes, over a real socket.</summary>
public sealed class ApiRulesTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> AskAsync(HttpClient http, HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = RunningSilo.Json(body);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text), response);
    }

    [Fact]
    public async Task The_same_idempotency_key_and_question_get_the_same_bytes_and_another_question_a_conflict()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("idem", channel: "in_app"));
        using var http = silo.Http();
        async Task<string> Once(string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/users/idem-1/next") { Content = RunningSilo.Json(body) };
            request.Headers.Add("Idempotency-Key", "key-1");
            var response = await http.SendAsync(request);
            return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
        }

        var first = await Once("""{"programId":"idem","activate":true}""");
        Assert.StartsWith("200 ", first, StringComparison.Ordinal);
        Assert.Equal(first, await Once("""{ "activate": true, "programId": "idem" }"""));
        var conflict = await Once("""{"programId":"idem"}""");
        Assert.StartsWith("409 ", conflict, StringComparison.Ordinal);
        Assert.Contains("idempotency_conflict", conflict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_decision_answers_the_same_question_again_and_says_so()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("open", channel: "in_app"));
        var first = await agents.NextMessageAsync("open-1", new() { ProgramId = "open" });
        var again = await agents.NextMessageAsync("open-1", new() { ProgramId = "open" });
        Assert.Equal((first.DecisionId, false, true), (again.DecisionId, first.Replayed, again.Replayed));
        Assert.Equal(first.RecordHash, again.RecordHash);
    }

    [Fact]
    public async Task A_dry_run_leaves_no_trace()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("dry", channel: "in_app"));
        var dry = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("dry-1", new() { ProgramId = "dry", DryRun = true }));
        Assert.Null(dry.DecisionId);
        Assert.Equal("none", dry.Activation);
        Assert.Empty((await agents.TimelineAsync("dry-1")).Items);
    }

    [Theory]
    [InlineData("""{"context":{"weather":"rain"}}""", 400, "undeclared_context")]
    [InlineData("""{"channel":"pigeon"}""", 400, "invalid_request")]
    [InlineData("""{"maxWaitMs":6000}""", 400, "invalid_request")]
    [InlineData("""{"programId":"there-is-none"}""", 422, "unknown_program")]
    [InlineData("[]", 400, "invalid_json")]
    [InlineData("{", 400, "invalid_json")]
    [InlineData("null", 400, "invalid_json")]
    [InlineData("""{"channel":7}""", 400, "invalid_json")]
    [InlineData("""{"channel":"push","channel":"push"}""", 400, "invalid_json")]
    public async Task A_bad_question_has_its_status_and_code(string body, int status, string code)
    {
        using var http = silo.Http();
        var (got, problem, response) = await AskAsync(http, HttpMethod.Post, "/v1/users/u/next", body);
        Assert.Equal((status, code), ((int)got, problem.GetProperty("code").GetString()));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public async Task A_question_needs_no_body_and_passes_over_what_it_does_not_know()
    {
        using var http = silo.Http();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(http, HttpMethod.Post, "/v1/users/bare/next")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(http, HttpMethod.Post, "/v1/users/bare/next", """{"ignoreGuardrails":true,"arm":"agentic","now":"2030-01-01"}""")).Status);
        using var form = new FormUrlEncodedContent([]);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await http.PostAsync("/v1/users/bare/next", new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded"))).StatusCode);
    }

    [Fact]
    public async Task A_slash_and_its_escape_are_two_users()
    {
        await using var agents = silo.Agents();
        await RunningSilo.ArriveAsync(agents, "a/b", RunningSilo.Start);
        await RunningSilo.ArriveAsync(agents, "a%2Fb c", RunningSilo.Start);
        Assert.Equal("a/b", (await agents.UserAsync("a/b"))!.UserId);
        Assert.Equal("a%2Fb c", (await agents.UserAsync("a%2Fb c"))!.UserId);
        Assert.Null(await agents.UserAsync("a%2Fb"));
    }

    [Fact]
    public async Task Unknown_decisions_are_not_found_on_every_route()
    {
        using var http = silo.Http();
        foreach (var (method, rest, body) in new[]
        {
            (HttpMethod.Get, "", null), (HttpMethod.Get, "/explain", null), (HttpMethod.Get, "/effect", null), (HttpMethod.Post, "/replay", null),
            (HttpMethod.Post, "/activate", "{}"), (HttpMethod.Post, "/cancel", """{"reason":"x"}"""), (HttpMethod.Post, "/events", """[{"type":"clicked"}]"""),
        })
        {
            var (status, problem, _) = await AskAsync(http, method, "/v1/decisions/dec_nothing" + rest, body);
            Assert.Equal((HttpStatusCode.NotFound, "not_found"), (status, problem.GetProperty("code").GetString()));
        }
    }

    [Fact]
    public async Task No_key_a_wrong_key_and_a_write_key_are_told_apart()
    {
        using var bare = new HttpClient { BaseAddress = silo.Address() };
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(bare, HttpMethod.Post, "/v1/users/u/next", "{}")).Status);
        using var wrong = silo.Http("sk_wrong_0123456789abcdef");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(wrong, HttpMethod.Get, "/v1/overview")).Status);
        bare.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(RunningSilo.WriteKey + ":")));
        var (status, problem, _) = await AskAsync(bare, HttpMethod.Post, "/v1/next", """{"requests":[{"userId":"u"}]}""");
        Assert.Equal((HttpStatusCode.Forbidden, "write_key_only"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_program_is_replaced_only_by_who_has_read_its_newest_version()
    {
        await using var agents = silo.Agents();
        using var http = silo.Http();
        var document = RunningSilo.Program("versions").GetRawText();
        var (created, made, response) = await AskAsync(http, HttpMethod.Post, "/v1/programs", document);
        Assert.Equal((HttpStatusCode.Created, "/v1/programs/versions", "\"v1\"", "draft"), (created, response.Headers.Location!.ToString(), response.Headers.ETag!.Tag, made.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(http, HttpMethod.Post, "/v1/programs", document)).Status);
        Assert.Equal((HttpStatusCode)428, (await AskAsync(http, HttpMethod.Put, "/v1/programs/versions", document)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(http, HttpMethod.Put, "/v1/programs/versions", document, ("If-Match", "\"v1\""))).Status);
        var (stale, problem, _) = await AskAsync(http, HttpMethod.Put, "/v1/programs/versions", document, ("If-Match", "\"v1\""));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "2"), (stale, problem.GetProperty("errors")[0].GetProperty("detail").GetString()));
        Assert.Equal((HttpStatusCode)422, (await AskAsync(http, HttpMethod.Put, "/v1/programs/other", document, ("If-Match", "\"v1\""))).Status);
        var (refused, why, _) = await AskAsync(http, HttpMethod.Post, "/v1/programs", document.Replace("\"name\": \"Basket\"", "\"nmae\": \"Basket\"", StringComparison.Ordinal).Replace("\"versions\"", "\"more\"", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_program"), (refused, why.GetProperty("code").GetString()));
        var (unmoved, transition, _) = await AskAsync(http, HttpMethod.Post, "/v1/programs/versions/transitions", """{"to":"paused","reason":"x"}""");
        Assert.Equal((HttpStatusCode.Conflict, "invalid_transition"), (unmoved, transition.GetProperty("code").GetString()));

        var first = (await agents.Admin.ProgramAsync("versions", 1))!;
        Assert.Equal(("Basket", 1L), (first.Document.GetProperty("name").GetString(), first.Version));
        var again = await agents.Admin.PutProgramAsync("versions", first.Document, 2);
        Assert.Equal(3, again.Version);
        await Assert.ThrowsAsync<AgentConflictException>(async () => await agents.Admin.PutProgramAsync("versions", first.Document, 2));
        Assert.Null(await agents.Admin.ProgramAsync("none"));
        Assert.Equal(0, (await agents.Admin.WeightsAsync("versions")).Version);
    }

    [Fact]
    public async Task The_kill_switch_stops_the_next_activation()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("killed", channel: "in_app"));
        var open = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("killed-1", new() { ProgramId = "killed" }));
        Assert.True((await agents.Admin.SetKillSwitchAsync(true, "test")).On);
        try
        {
            var held = await agents.ActivateAsync(open.DecisionId!.Value);
            Assert.Equal(("held", "kill_switch"), (held.State, held.Reasons.Single().Code));
            Assert.True((await agents.Admin.OverviewAsync()).KillSwitch);
        }
        finally
        {
            await agents.Admin.SetKillSwitchAsync(false, "test over");
        }
    }

    [Fact]
    public async Task A_refused_activation_in_the_same_step_is_a_hold()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("denied", channel: "in_app"));
        await agents.SetConsentAsync("denied-1", new ConsentChange { Channel = "in_app", Status = "denied" });
        var hold = Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("denied-1", new() { ProgramId = "denied", Activate = true }));
        Assert.Contains(hold.Reasons, reason => reason.Code == "no_consent");
    }

    [Fact]
    public async Task A_cancelled_decision_stays_cancelled()
    {
        await using var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("cancelled", channel: "in_app"));
        var open = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("cancel-1", new() { ProgramId = "cancelled" }));
        await agents.CancelAsync(open.DecisionId!.Value, "out of stock");
        Assert.Equal("cancelled", (await agents.ActivateAsync(open.DecisionId!.Value)).State);
    }

    [Fact]
    public async Task Workspace_settings_have_versions_too()
    {
        await using var agents = silo.Agents();
        var before = await agents.Admin.WorkspaceAsync();
        var after = await agents.Admin.PutWorkspaceAsync(before.Document, before.Version);
        Assert.Equal(before.Version + 1, after.Version);
        await Assert.ThrowsAsync<AgentConflictException>(async () => await agents.Admin.PutWorkspaceAsync(before.Document, before.Version));
        await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Admin.PutWorkspaceAsync(JsonElement.Parse("""{"timeZone":"Mars/Olympus"}"""), after.Version));
    }

    [Theory]
    [InlineData("[]", 422, "invalid_request")]
    [InlineData("""[{"type":"smelled"}]""", 422, "unknown_type")]
    [InlineData("""[{"type":"clicked","at":"2026-10-01T00:00:00Z"}]""", 422, "too_late")]
    [InlineData("nonsense", 400, "invalid_json")]
    public async Task A_bad_report_has_its_status_and_code(string body, int status, string code)
    {
        await using var agents = silo.Agents();
        var program = $"report{status}{code.Replace("_", "", StringComparison.Ordinal)}";
        await RunningSilo.LiveAsync(agents, RunningSilo.Program(program, channel: "in_app"));
        var open = await agents.NextMessageAsync("report-" + code, new() { ProgramId = program });
        using var http = silo.Http();
        var (got, problem, _) = await AskAsync(http, HttpMethod.Post, $"/v1/decisions/{open.DecisionId}/events", body);
        Assert.Equal((status, code), ((int)got, problem.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("/v1/users/u/timeline?limit=0", "invalid_limit")]
    [InlineData("/v1/users/u/timeline?limit=501", "invalid_limit")]
    [InlineData("/v1/users/u/timeline?after=x", "invalid_after")]
    [InlineData("/v1/decisions?after=x", "invalid_after")]
    [InlineData("/v1/users?after=x", "invalid_after")]
    [InlineData("/v1/sandbox?after=dec_none", "invalid_after")]
    public async Task A_page_that_does_not_exist_is_refused(string path, string code)
    {
        using var http = silo.Http();
        var (status, problem, _) = await AskAsync(http, HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.BadRequest, code), (status, problem.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing-like-it", 404, "not_found")]
    [InlineData("DELETE", "/v1/overview", 405, "method_not_allowed")]
    [InlineData("GET", "/v1/dead-letters?limit=many", 400, "invalid_request")]
    public async Task What_no_route_takes_is_a_problem_too(string method, string path, int status, string code)
    {
        using var http = silo.Http();
        var (got, problem, _) = await AskAsync(http, new HttpMethod(method), path);
        Assert.Equal((status, code), ((int)got, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_description_names_every_route_with_a_summary_and_the_page_asks_nobody_else()
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        var document = JsonElement.Parse(await http.GetStringAsync("/openapi/v1.json"));
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value))).ToArray();
        foreach (var route in new[]
        {
            "post /v1/users/{id}/next", "post /v1/next", "post /v1/decisions/{id}/activate", "post /v1/decisions/{id}/cancel", "post /v1/decisions/{id}/events",
            "get /v1/decisions/{id}", "get /v1/decisions/{id}/explain", "post /v1/decisions/{id}/replay", "get /v1/decisions/{id}/effect", "get /v1/decisions",
            "get /v1/users/{id}", "get /v1/users/{id}/timeline", "get /v1/users/{id}/posteriors", "get /v1/users", "put /v1/users/{id}/consent", "get /v1/users/{id}/consent",
            "get /v1/consent/summary", "post /v1/consent/import", "get /v1/guardrails/effective", "get /v1/guardrails/budgets", "post /v1/guardrails/test", "get /v1/audiences", "post /v1/audiences/estimate", "get /v1/unsubscribe/{token}", "post /v1/unsubscribe/{token}",
            "get /v1/channels", "post /v1/channels/{channel}/test", "post /v1/channels/{channel}/reset", "post /v1/callbacks/{channel}", "get /v1/callbacks/{channel}",
            "get /v1/programs", "post /v1/programs", "get /v1/programs/{id}", "put /v1/programs/{id}", "post /v1/programs/{id}/transitions", "get /v1/programs/{id}/weights",
            "delete /v1/programs/{id}/draft", "post /v1/programs/{id}/remarks", "get /v1/programs/{id}/diff", "get /v1/programs/{id}/messages", "get /v1/programs/{id}/messages/{messageId}", "put /v1/programs/{id}/messages/{messageId}",
            "delete /v1/programs/{id}/messages/{messageId}", "post /v1/programs/{id}/messages/preview", "get /v1/programs/{id}/messages/export", "post /v1/programs/{id}/messages/import",
            "get /v1/people", "post /v1/people", "put /v1/people/{id}", "post /v1/people/{id}/password", "get /v1/me", "post /v1/me/password", "get /v1/audit", "get /v1/audit/verify", "get /v1/audit/export",
            "get /v1/workspace", "put /v1/workspace", "post /v1/workspace/transitions", "post /v1/killswitch", "get /v1/programs/{id}/sets", "put /v1/programs/{id}/sets", "get /v1/overview", "get /v1/sandbox", "get /v1/version", "post /v1/events", "get /v1/clock",
            "post /v1/users/{id}/tokens", "get /v1/users/{id}/cards", "put /v1/users/{id}/channels/push",
            "delete /v1/users/{id}", "get /v1/users/{id}/export", "post /v1/users/{id}/object", "delete /v1/users/{id}/object",
            "post /v1/privacy/regulations", "get /v1/privacy/regulations", "get /v1/privacy/regulations/{id}", "get /v1/privacy/retention",
            "get /v1/programs/{id}/action-sets", "get /v1/programs/{id}/content-map", "get /v1/programs/{id}/insights", "post /v1/programs/{id}/simulations", "get /v1/programs/{id}/launch-gate",
            "get /v1/experiments", "get /v1/experiments/{programId}/table1", "get /v1/experiments/{programId}/srm", "get /v1/experiments/{programId}/power", "get /v1/experiments/{programId}/off-policy",
            "post /v1/experiments/{programId}/count", "get /v1/experiments/{programId}/users",
            "post /v1/exports", "get /v1/exports/{id}/file", "get /v1/operations/{id}", "post /v1/operations/{id}/cancel",
        })
        {
            var found = operations.FirstOrDefault(operation => operation.Name == route);
            Assert.True(found.Name is not null, $"{route} is not described.");
            Assert.False(string.IsNullOrEmpty(found.Value.GetProperty("summary").GetString()), $"{route} has no summary.");
        }

        var page = await http.GetStringAsync("/docs");
        Assert.DoesNotContain("https://", page.Replace("https://json-schema.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
