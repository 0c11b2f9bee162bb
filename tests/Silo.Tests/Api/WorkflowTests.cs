using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>Drafts, review and publication over HTTP, by people with roles.</summary>
public sealed class WorkflowTests(WorkflowTests.Silo silo) : IClassFixture<WorkflowTests.Silo>
{
    public sealed class Silo : RunningSilo;

    static StringContent Json(string body) => RunningSilo.Json(body);

    async Task<HttpClient> PersonAsync(string id, params string[] roles)
    {
        using var admin = await SignInAsync("admin", "correct horse battery staple");
        var made = await admin.PostAsync("/v1/people", Json($$"""{"id":"{{id}}","name":"{{id}}","roles":[{{string.Join(",", roles.Select(role => $"\"{role}\""))}}]}"""));
        Assert.True(made.StatusCode == HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return await SignInAsync(id, JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("password").GetString()!);
    }

    async Task<HttpClient> SignInAsync(string name, string password)
    {
        var http = new HttpClient { BaseAddress = silo.Address() };
        var answer = await http.PostAsync("/v1/session", Json($$"""{"name":"{{name}}","password":"{{password}}"}"""));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("token").GetString());
        return http;
    }

    static async Task<(int Status, JsonElement Body)> AskAsync(HttpClient http, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    static Task<(int Status, JsonElement Body)> MoveAsync(HttpClient http, string id, string to, string reason = "because") =>
        AskAsync(http, HttpMethod.Post, $"/v1/programs/{id}/transitions", $$"""{"to":"{{to}}","reason":"{{reason}}"}""");

    static string Code((int Status, JsonElement Body) answer) => $"{answer.Status} {answer.Body.GetProperty("code").GetString()}";

    static string State((int Status, JsonElement Body) answer) => answer.Status == 200
        ? $"{answer.Body.GetProperty("state").GetString()}{(answer.Body.GetProperty("draft") is { ValueKind: JsonValueKind.Object } draft ? " + " + draft.GetProperty("state").GetString() : "")}"
        : Code(answer);

    [Fact]
    public async Task A_change_is_written_by_one_approved_by_another_and_only_then_live()
    {
        using var mia = await PersonAsync("wf-mia", "marketer");
        using var ana = await PersonAsync("wf-ana", "approver");
        var document = RunningSilo.Program("flow").GetRawText();
        Assert.Equal(201, (await AskAsync(mia, HttpMethod.Post, "/v1/programs", document)).Status);
        Assert.Equal("403 missing_role", Code(await MoveAsync(mia, "flow", "archived")));
        Assert.Equal("409 invalid_transition", Code(await MoveAsync(mia, "flow", "live")));
        Assert.Equal("in_review + in_review", State(await MoveAsync(mia, "flow", "in_review")));
        Assert.Equal("403 missing_role", Code(await MoveAsync(mia, "flow", "approved")));
        Assert.Equal("approved + approved", State(await MoveAsync(ana, "flow", "approved")));

        // Nothing goes live unseen: an approver is told what fails, and an administrator takes it on with a reason.
        var checks = await MoveAsync(ana, "flow", "live");
        Assert.Equal("409 checks_failed", Code(checks));
        Assert.Contains("/simulation", checks.Body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
        Assert.Equal("403 missing_role", Code(await AskAsync(ana, HttpMethod.Post, "/v1/programs/flow/transitions", """{"to":"live","reason":"try","override":true}""")));
        Assert.Equal("422 invalid_transition", Code(await AskAsync(ana, HttpMethod.Post, "/v1/programs/flow/transitions", """{"to":"live","override":true}""")));
        using var admin = await SignInAsync("admin", "correct horse battery staple");
        Assert.Equal("live", State(await AskAsync(admin, HttpMethod.Post, "/v1/programs/flow/transitions", """{"to":"live","reason":"no goal seen yet","override":true}""")));

        // The next version is written while this one serves.
        var changed = document.Replace("Come back", "Come back soon", StringComparison.Ordinal);
        Assert.Equal("live + draft", State(await AskAsync(mia, HttpMethod.Put, "/v1/programs/flow", changed, "\"v4\"")));
        Assert.Equal("Come back", Body((await AskAsync(mia, HttpMethod.Get, "/v1/programs/flow?state=live")).Body));
        Assert.Equal("Come back soon", Body((await AskAsync(mia, HttpMethod.Get, "/v1/programs/flow")).Body));
        var (_, difference) = await AskAsync(mia, HttpMethod.Get, "/v1/programs/flow/diff");
        var change = Assert.Single(difference.GetProperty("changes").EnumerateArray().ToArray());
        Assert.Equal(("/messages/m1/content/body", "1 message changed"), (change.GetProperty("path").GetString(), difference.GetProperty("summary").GetString()));
        Assert.Equal("same:Come back|added: soon", string.Join("|", change.GetProperty("words").EnumerateArray().Select(word => $"{word.GetProperty("kind").GetString()}:{word.GetProperty("text").GetString()}")));
        Assert.Equal("live + in_review", State(await MoveAsync(mia, "flow", "in_review")));
        Assert.Equal("live + draft", State(await MoveAsync(ana, "flow", "draft", "too long")));
        Assert.Equal(200, (await AskAsync(ana, HttpMethod.Post, "/v1/programs/flow/remarks", """{"text":"Say it in three words."}""")).Status);
        Assert.Equal("Say it in three words.", (await AskAsync(mia, HttpMethod.Get, "/v1/programs/flow")).Body.GetProperty("draft").GetProperty("remarks")[0].GetProperty("text").GetString());
        Assert.Equal(204, (await AskAsync(mia, HttpMethod.Delete, "/v1/programs/flow/draft")).Status);
        Assert.Equal("Come back", Body((await AskAsync(mia, HttpMethod.Get, "/v1/programs/flow")).Body));

        // Each step left one entry, with who and why.
        var (_, audit) = await AskAsync(ana, HttpMethod.Get, "/v1/audit?kind=program&object=flow");
        Assert.Equal(
            ["program.discarded", "program.remarked", "program.sent_back", "program.submitted", "program.edited", "program.published", "program.approved", "program.submitted", "program.created"],
            audit.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("act").GetString()));
        Assert.Equal(("person:wf-ana", "too long"), (audit.GetProperty("items")[2].GetProperty("actor").GetString(), audit.GetProperty("items")[2].GetProperty("reason").GetString()));
        Assert.True((await AskAsync(ana, HttpMethod.Get, "/v1/audit/verify")).Body.GetProperty("intact").GetBoolean());
    }

    static string? Body(JsonElement program) => program.GetProperty("document").GetProperty("messages")[0].GetProperty("content").GetProperty("body").GetString();

    [Fact]
    public async Task Nobody_approves_an_own_change_not_even_with_a_key_of_their_own()
    {
        using var eve = await PersonAsync("wf-eve", "admin");
        using var bob = await PersonAsync("wf-bob", "approver");
        Assert.Equal(201, (await AskAsync(eve, HttpMethod.Post, "/v1/programs", RunningSilo.Program("own").GetRawText())).Status);
        Assert.Equal("in_review + in_review", State(await MoveAsync(eve, "own", "in_review")));
        Assert.Equal("403 own_change", Code(await MoveAsync(eve, "own", "approved")));
        var (made, key) = await AskAsync(eve, HttpMethod.Post, "/v1/keys", """{"kind":"server","name":"eve's","scopes":["admin:*"]}""");
        Assert.Equal(201, made);
        using var keyed = silo.Http(key.GetProperty("key").GetString()!);
        Assert.Equal("403 own_change", Code(await MoveAsync(keyed, "own", "approved")));
        Assert.Equal("409 invalid_transition", Code(await MoveAsync(eve, "own", "live")));

        // Whoever corrects a word has written it too.
        Assert.Equal("draft + draft", State(await AskAsync(bob, HttpMethod.Put, "/v1/programs/own", RunningSilo.Program("own", title: "Hello").GetRawText(), "\"v2\"")));
        Assert.Equal("in_review + in_review", State(await MoveAsync(bob, "own", "in_review")));
        Assert.Equal("403 own_change", Code(await MoveAsync(bob, "own", "approved")));
    }

    [Fact]
    public async Task Two_who_edit_the_same_draft_do_not_lose_a_word()
    {
        using var one = await PersonAsync("wf-one", "marketer");
        using var two = await PersonAsync("wf-two", "marketer");
        Assert.Equal(201, (await AskAsync(one, HttpMethod.Post, "/v1/programs", RunningSilo.Program("both").GetRawText())).Status);
        Assert.Equal(200, (await AskAsync(one, HttpMethod.Put, "/v1/programs/both", RunningSilo.Program("both", title: "One").GetRawText(), "\"v1\"")).Status);
        var (status, problem) = await AskAsync(two, HttpMethod.Put, "/v1/programs/both", RunningSilo.Program("both", title: "Two").GetRawText(), "\"v1\"");
        Assert.Equal((412, "2"), (status, problem.GetProperty("errors")[0].GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_change_and_stores_nothing()
    {
        using var mia = await PersonAsync("wf-dry", "marketer");
        Assert.Equal(201, (await AskAsync(mia, HttpMethod.Post, "/v1/programs", RunningSilo.Program("dry").GetRawText())).Status);
        var (status, answer) = await AskAsync(mia, HttpMethod.Put, "/v1/programs/dry?dryRun=true", RunningSilo.Program("dry", title: "Other").GetRawText(), "\"v1\"");
        Assert.Equal((200, "2 messages changed"), (status, answer.GetProperty("summary").GetString()));
        Assert.Equal(1, (await AskAsync(mia, HttpMethod.Get, "/v1/programs/dry")).Body.GetProperty("version").GetInt64());
        Assert.Equal(200, (await AskAsync(mia, HttpMethod.Post, "/v1/programs?dryRun=true", RunningSilo.Program("never").GetRawText())).Status);
        Assert.Equal(404, (await AskAsync(mia, HttpMethod.Get, "/v1/programs/never")).Status);
    }

    [Fact]
    public async Task A_dropped_draft_leaves_no_program_and_its_version_is_not_used_again()
    {
        using var mia = await PersonAsync("wf-drop", "marketer");
        Assert.Equal(201, (await AskAsync(mia, HttpMethod.Post, "/v1/programs", RunningSilo.Program("gone").GetRawText())).Status);
        Assert.Equal(204, (await AskAsync(mia, HttpMethod.Delete, "/v1/programs/gone/draft")).Status);
        Assert.Equal(404, (await AskAsync(mia, HttpMethod.Get, "/v1/programs/gone")).Status);
        Assert.Equal(3, (await AskAsync(mia, HttpMethod.Post, "/v1/programs", RunningSilo.Program("gone").GetRawText())).Body.GetProperty("version").GetInt64());
    }

    [Theory]
    [InlineData("viewer", "GET /v1/programs", 200)]
    [InlineData("viewer", "GET /v1/overview", 200)]
    [InlineData("viewer", "GET /v1/users/u", 403)]
    [InlineData("viewer", "POST /v1/killswitch", 403)]
    [InlineData("viewer", "POST /v1/programs", 403)]
    [InlineData("viewer", "GET /v1/keys", 403)]
    [InlineData("marketer", "GET /v1/users/u", 404)]
    [InlineData("marketer", "PUT /v1/workspace", 403)]
    [InlineData("marketer", "POST /v1/killswitch", 403)]
    [InlineData("marketer", "GET /v1/keys", 403)]
    [InlineData("marketer", "POST /v1/people", 403)]
    [InlineData("approver", "POST /v1/people", 403)]
    [InlineData("approver", "GET /v1/keys", 403)]
    [InlineData("analyst", "POST /v1/programs", 403)]
    [InlineData("operator", "GET /v1/keys", 200)]
    [InlineData("operator", "GET /v1/dead-letters", 200)]
    [InlineData("operator", "POST /v1/programs", 403)]
    [InlineData("privacy", "GET /v1/dead-letters", 403)]
    [InlineData("privacy", "PUT /v1/users/u/consent", 415)]
    [Trait("proves", "A34")]
    public async Task Each_role_may_do_its_part_and_a_refusal_names_who_may(string role, string route, int status)
    {
        using var person = await PersonAsync($"wf-{role}-{Math.Abs(StringComparer.Ordinal.GetHashCode(role + route))}", role);
        var parts = route.Split(' ');
        var (got, body) = await AskAsync(person, new HttpMethod(parts[0]), parts[1], parts[1] == "/v1/killswitch" ? """{"on":true}""" : null);
        Assert.Equal(status, got);
        if (status == 403)
        {
            Assert.Equal("missing_role", body.GetProperty("code").GetString());
            Assert.Contains("role ", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_last_administrator_stays_and_whoever_loses_a_right_loses_it_at_once()
    {
        using var admin = await SignInAsync("admin", "correct horse battery staple");
        // Others of this class may be administrators too: take that from them first.
        foreach (var other in (await AskAsync(admin, HttpMethod.Get, "/v1/people")).Body.GetProperty("items").EnumerateArray().Where(one => one.GetProperty("id").GetString() != "admin" && one.GetProperty("roles").EnumerateArray().Any(role => role.GetString() == "admin")).ToArray())
        {
            Assert.Equal(200, (await AskAsync(admin, HttpMethod.Put, $"/v1/people/{other.GetProperty("id").GetString()}", """{"name":"x","roles":["viewer"]}""")).Status);
        }

        Assert.Equal("409 last_admin", Code(await AskAsync(admin, HttpMethod.Put, "/v1/people/admin", """{"name":"Administrator","roles":["viewer"]}""")));
        Assert.Equal("409 last_admin", Code(await AskAsync(admin, HttpMethod.Put, "/v1/people/admin", """{"name":"Administrator","roles":["admin"],"disabled":true}""")));
        using var zoe = await PersonAsync("wf-zoe", "operator");
        Assert.Equal(200, (await AskAsync(zoe, HttpMethod.Get, "/v1/keys")).Status);
        Assert.Equal(200, (await AskAsync(admin, HttpMethod.Put, "/v1/people/wf-zoe", """{"name":"Zoe","roles":["viewer"],"reason":"moved on"}""")).Status);
        Assert.Equal(401, (await AskAsync(zoe, HttpMethod.Get, "/v1/keys")).Status);
    }

    [Fact]
    public async Task Who_looks_at_a_person_is_noted_and_sees_no_address_without_that_permission()
    {
        await using var agents = silo.Agents();
        await agents.IngestAsync([new() { Type = "identify", UserId = "seen-1", MessageId = "seen-1", Timestamp = RunningSilo.Start, Traits = JsonElement.Parse("""{"email":"ada@example.com","city":"Paris"}""") }], new() { WaitApplied = true });
        using var mia = await PersonAsync("wf-look", "marketer");
        for (var i = 0; i < 3; i++)
        {
            var (status, person) = await AskAsync(mia, HttpMethod.Get, "/v1/users/seen-1");
            Assert.Equal((200, "hidden", "Paris"), (status, person.GetProperty("attributes").GetProperty("email").GetString(), person.GetProperty("attributes").GetProperty("city").GetString()));
        }

        var looks = (await AskAsync(mia, HttpMethod.Get, "/v1/audit?user=seen-1")).Body.GetProperty("items");
        Assert.Equal(("person:wf-look", "user.read"), (looks[0].GetProperty("actor").GetString(), looks[0].GetProperty("act").GetString()));
        Assert.Equal(1, looks.GetArrayLength());
        Assert.DoesNotContain("seen-1", looks.GetRawText(), StringComparison.Ordinal);
        using var key = silo.Http();
        Assert.Equal("ada@example.com", (await AskAsync(key, HttpMethod.Get, "/v1/users/seen-1")).Body.GetProperty("attributes").GetProperty("email").GetString());
    }

    [Fact]
    public async Task A_person_changes_the_own_password_and_nobody_gets_in_by_a_wrong_one()
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        using var pat = await PersonAsync("wf-pat", "viewer");
        Assert.Equal("422 wrong_password", Code(await AskAsync(pat, HttpMethod.Post, "/v1/me/password", """{"current":"not it at all","new":"a new long password"}""")));
        Assert.Equal("401 wrong_password", Code(await AskAsync(http, HttpMethod.Post, "/v1/session", """{"name":"wf-nobody","password":"whatever it may be"}""")));
        Assert.Equal(["viewer"], (await AskAsync(pat, HttpMethod.Get, "/v1/me")).Body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
    }
}
