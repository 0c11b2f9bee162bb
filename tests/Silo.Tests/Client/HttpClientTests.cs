using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Aampe.Agents.Client;
using Microsoft.Extensions.Time.Testing;
using static Aampe.Agents.Silo.Tests.Client.ScriptedHandler;

namespace Aampe.Agents.Silo.Tests.Client;

public sealed class HttpClientTests
{
    const string Send = """
        {"decisionId":"dec_1","verdict":"send","userId":"u/1","programId":"prg","arm":"agentic","channel":"push","sendAt":"2026-11-24T09:00:02.000Z",
         "expiresAt":"2026-11-24T15:00:02.000Z","message":{"id":"msg_1","version":7,"labels":{"tone":"warm"},"content":{"title":"Hi"},"defaulted":["user.firstName"]},
         "propensity":0.25,"propensityMethod":"exact","holdPropensity":0.31,"sets":[{"id":"tone","chosen":"warm","propensity":0.5}],"reasons":[],
         "versions":{"program":7,"cohortAsOf":"2026-11-24T08:00:00.000Z"},"explainUrl":"/v1/decisions/dec_1/explain","activation":"required","degraded":false,"new":1}
        """;

    const string Hold = """{"decisionId":"dec_2","verdict":"hold","userId":"u2","reasons":[{"code":"cap_channel","guardrailId":"g","value":1,"limit":1,"retryAfter":"2026-11-25T07:00:00Z"}],"message":null,"holdPropensity":1}""";

    static IAgentClient Client(ScriptedHandler handler, TimeProvider? time = null) => AgentClientRegistration.Create(o =>
    {
        o.UseHttp(new Uri("http://silo/base"), "sk_test");
        o.HttpHandler = () => handler;
        o.TimeProvider = time ?? TimeProvider.System;
        o.Timeout = TimeSpan.FromSeconds(10);
    });

    [Fact]
    public async Task A_send_carries_message_propensity_and_versions()
    {
        var handler = new ScriptedHandler(Json(HttpStatusCode.OK, Send));
        var next = Assert.IsType<NextMessage.Send>(await Client(handler).NextMessageAsync("u/1", new() { Channel = "push" }));
        Assert.Equal(("dec_1", 0.25, "Hi", "user.firstName"), (next.DecisionId!.Value.Value, next.Propensity, next.Message.Text("title"), next.Message.Defaulted.Single()));
        Assert.Equal((7L, "warm", "/v1/decisions/dec_1/explain"), (next.Versions.Program!.Value, next.Sets.Single().Chosen, next.ExplainUrl!.ToString()));
    }

    [Fact]
    public async Task A_question_names_the_escaped_user_the_key_and_an_idempotency_key()
    {
        var handler = new ScriptedHandler(Json(HttpStatusCode.OK, Hold));
        await Client(handler).NextMessageAsync("a/b ü", new() { Channel = "push" });
        var (method, path, body, request) = handler.Calls.Single();
        Assert.Equal((HttpMethod.Post, "/base/v1/users/a%2Fb%20%C3%BC/next", """{"channel":"push"}"""), (method, path, body));
        Assert.Equal("Bearer sk_test", request.Headers.Authorization!.ToString());
        Assert.NotEmpty(request.Headers.GetValues("Idempotency-Key").Single());
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_once_more_with_the_same_idempotency_key()
    {
        var handler = new ScriptedHandler(_ => throw new HttpRequestException("reset"), Json(HttpStatusCode.OK, Hold));
        Assert.IsType<NextMessage.Hold>(await Client(handler).NextMessageAsync("u2"));
        var keys = handler.Calls.Select(c => c.Request.Headers.GetValues("Idempotency-Key").Single()).ToArray();
        Assert.Equal(2, keys.Length);
        Assert.Equal(keys[0], keys[1]);
    }

    [Fact]
    public async Task Two_lost_answers_are_unavailable_and_no_third_attempt_is_made()
    {
        var handler = new ScriptedHandler(_ => throw new HttpRequestException("refused"));
        var fault = await Assert.ThrowsAsync<AgentUnavailableException>(async () => await Client(handler).NextMessageAsync("u2"));
        Assert.True(fault.IsTransient);
        Assert.Equal(2, handler.Calls.Count);
    }

    [Fact]
    public async Task A_fault_becomes_a_hold_where_the_caller_wants_no_exception()
    {
        var handler = new ScriptedHandler(Json(HttpStatusCode.ServiceUnavailable, "busy"));
        var hold = Assert.IsType<NextMessage.Hold>(await Client(handler).NextMessageOrHoldAsync("u2"));
        Assert.Equal("unavailable", hold.Reasons.Single().Code);
        Assert.True(hold.Degraded);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_the_only_cancellation_thrown()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        var handler = new ScriptedHandler(Json(HttpStatusCode.OK, Hold));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Client(handler).NextMessageOrHoldAsync("u2", ct: stopped.Token));
        Assert.Empty(handler.Calls);
    }

    [Fact]
    public async Task A_silent_silo_is_a_timeout()
    {
        var time = new FakeTimeProvider();
        using var handler = new SilentHandler();
        var client = AgentClientRegistration.Create(o =>
        {
            o.UseHttp(new Uri("http://silo"), "sk");
            o.HttpHandler = () => handler;
            o.TimeProvider = time;
        });
        var asked = client.NextMessageAsync("u").AsTask();
        time.Advance(TimeSpan.FromMilliseconds(301));
        await Assert.ThrowsAsync<AgentTimeoutException>(() => asked);
    }

    [Theory]
    [InlineData(401, typeof(AgentUnauthorizedException))]
    [InlineData(403, typeof(AgentForbiddenException))]
    [InlineData(404, typeof(AgentNotFoundException))]
    [InlineData(409, typeof(AgentConflictException))]
    [InlineData(412, typeof(AgentConflictException))]
    [InlineData(428, typeof(AgentConflictException))]
    [InlineData(422, typeof(AgentValidationException))]
    [InlineData(500, typeof(AgentClientException))]
    public async Task Each_status_has_its_exception_with_code_and_trace(int status, Type expected)
    {
        var handler = new ScriptedHandler(Json((HttpStatusCode)status, """{"title":"t","status":1,"code":"some_code","detail":"d","traceId":"abc","errors":[{"pointer":"/to","code":"not_allowed","detail":"live"}]}"""));
        var fault = await Assert.ThrowsAsync(expected, async () => await Client(handler).Admin.TransitionAsync("p", "live", "why"));
        var problem = ((AgentClientException)fault).Problem;
        Assert.Equal((status, "some_code", "abc", "/to"), (problem.Status, problem.Code, problem.TraceId, problem.Errors!.Single().Path));
    }

    [Fact]
    public async Task A_throttled_call_tells_how_long_to_wait()
    {
        var handler = new ScriptedHandler(Json(HttpStatusCode.TooManyRequests, "{}", r => r.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(7))));
        var fault = await Assert.ThrowsAsync<AgentThrottledException>(async () => await Client(handler).UserAsync("u"));
        Assert.Equal(TimeSpan.FromSeconds(7), fault.RetryAfter);
    }

    [Fact]
    public async Task A_long_batch_goes_in_calls_of_a_thousand_and_keeps_its_indices()
    {
        var handler = new ScriptedHandler(
            Json(HttpStatusCode.Accepted, """{"accepted":1000,"duplicates":0,"rejected":[]}"""),
            Json(HttpStatusCode.Accepted, """{"accepted":499,"duplicates":0,"rejected":[{"index":2,"messageId":"m","code":"missing_event_name","detail":"x"}]}"""));
        var report = await Client(handler).IngestAsync([.. Enumerable.Range(0, 1_500).Select(i => UserEvent.Track("u" + i, "Opened"))]);
        Assert.Equal((1_499, 1_002), (report.Accepted, report.Rejected.Single().Index));
        var ids = handler.Calls.SelectMany(c => JsonDocument.Parse(c.Body).RootElement.EnumerateArray().Select(e => e.GetProperty("messageId").GetString())).ToHashSet();
        Assert.Equal(1_500, ids.Count);
    }

    [Fact]
    public async Task A_refused_single_event_throws_its_reason()
    {
        var handler = new ScriptedHandler(Json(HttpStatusCode.Accepted, """{"accepted":0,"duplicates":0,"rejected":[{"index":0,"code":"missing_event_name","detail":"x"}]}"""));
        var fault = await Assert.ThrowsAsync<IngestRejectedException>(async () => await Client(handler).IngestAsync(new UserEvent { UserId = "u" }));
        Assert.Equal("missing_event_name", fault.Reason);
    }

    [Fact]
    public async Task A_bulk_answer_gives_each_user_a_message_or_a_problem_in_order()
    {
        var handler = new ScriptedHandler(Json(HttpStatusCode.OK, $$"""{"results":[{{Hold}},{"status":422,"code":"unknown_program","title":"t"},{{Send}}]}"""));
        var answers = await Client(handler).NextMessagesAsync([new("u2"), new("u3", new() { ProgramId = "none" }), new("u/1")]);
        Assert.IsType<NextMessage.Hold>(answers[0].Message);
        Assert.Equal(("u3", "unknown_program", 422), (answers[1].UserId, answers[1].Problem!.Code, answers[1].Problem!.Status));
        Assert.IsType<NextMessage.Send>(answers[2].Message);
    }

    [Fact]
    public async Task An_unknown_decision_has_no_effect_and_an_unknown_user_no_summary()
    {
        var client = Client(new ScriptedHandler(Json(HttpStatusCode.NotFound, """{"code":"not_found"}""")));
        Assert.Null(await client.EffectAsync(new DecisionId("dec_x")));
        Assert.Null(await client.UserAsync("nobody"));
    }

    [Fact]
    public async Task Fields_without_a_property_of_their_own_stay_readable()
    {
        var client = Client(new ScriptedHandler(Json(HttpStatusCode.OK, """{"items":[{"seq":4,"at":"2026-11-24T09:00:00Z","kind":"event","messageId":"m-1","event":"Opened"}],"next":"3"}""")));
        var page = await client.TimelineAsync("u");
        Assert.Equal(("m-1", "Opened", "3"), (page.Items[0].MessageId, page.Items[0].More["event"].GetString(), page.Next));
    }

    [Fact]
    public void The_public_surface_names_no_type_of_the_silo() =>
        Assert.DoesNotContain(typeof(IAgentClient).Assembly.GetReferencedAssemblies(), a => a.Name!.StartsWith("Aampe.", StringComparison.Ordinal) || a.Name.StartsWith("Orleans", StringComparison.Ordinal));

    sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("An endless wait ended.");
        }
    }
}
