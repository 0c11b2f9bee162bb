using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Aampe.Agents.Silo.Tests.Api;

/// <summary>Messages one at a time and as tables.</summary>
public sealed class CatalogueTests(CatalogueTests.Silo silo) : IClassFixture<CatalogueTests.Silo>
{
    public sealed class Silo : RunningSilo;

    async Task<(int Status, string Body)> AskAsync(HttpMethod method, string path, string? body = null, string? ifMatch = null, string type = "application/json")
    {
        using var http = silo.Http();
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    async Task<JsonElement> DoneAsync(HttpMethod method, string path, string? body = null, string? ifMatch = null, string type = "application/json")
    {
        var (status, text) = await AskAsync(method, path, body, ifMatch, type);
        Assert.True(status is 200 or 201, $"{status} {text}");
        return JsonElement.Parse(text);
    }

    Task<JsonElement> MakeAsync(string id) => DoneAsync(HttpMethod.Post, "/v1/programs", RunningSilo.Program(id).GetRawText());

    static string Ids(JsonElement page) => string.Join(",", page.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("id").GetString()}:{item.GetProperty("change").GetString()}"));

    [Fact]
    public async Task Messages_are_found_by_what_they_say_and_carry_and_by_what_changed()
    {
        await MakeAsync("found");
        await DoneAsync(HttpMethod.Post, "/v1/programs/found/transitions", """{"to":"live","reason":"test","override":true}""");
        Assert.Equal("m1:same,m2:same", Ids(await DoneAsync(HttpMethod.Get, "/v1/programs/found/messages")));
        Assert.Equal("m1:same", Ids(await DoneAsync(HttpMethod.Get, "/v1/programs/found/messages?label=tone:warm")));
        Assert.Equal("m2:same", Ids(await DoneAsync(HttpMethod.Get, "/v1/programs/found/messages?q=plain")));
        Assert.Equal("", Ids(await DoneAsync(HttpMethod.Get, "/v1/programs/found/messages?channel=email")));
        var page = await DoneAsync(HttpMethod.Get, "/v1/programs/found/messages?limit=1");
        Assert.Equal(("m1:same", "m1"), (Ids(page), page.GetProperty("next").GetString()));
        Assert.Equal("m2:same", Ids(await DoneAsync(HttpMethod.Get, "/v1/programs/found/messages?limit=1&after=m1")));

        await DoneAsync(HttpMethod.Put, "/v1/programs/found/messages/m3", Message("m3", "plain", "Third"), "\"v2\"");
        await DoneAsync(HttpMethod.Put, "/v1/programs/found/messages/m1", Message("m1", "warm", "Changed"), "\"v3\"");
        await DoneAsync(HttpMethod.Delete, "/v1/programs/found/messages/m2", ifMatch: "\"v4\"");
        Assert.Equal("m1:changed,m2:removed,m3:new", Ids(await DoneAsync(HttpMethod.Get, "/v1/programs/found/messages")));
    }

    static string Message(string id, string tone, string title) => $$"""{"id":"{{id}}","channel":"push","labels":{"tone":"{{tone}}"},"content":{"title":"{{title}}","body":"b"} }""";

    [Fact]
    public async Task A_wrong_message_is_refused_with_its_field_and_a_label_without_message_by_name()
    {
        await MakeAsync("wrong");
        var (status, text) = await AskAsync(HttpMethod.Put, "/v1/programs/wrong/messages/m1", """{"id":"m1","channel":"push","labels":{"tone":"warm"},"content":{"title":"Hi {{ user.nobody }}","body":"b"}}""", "\"v1\"");
        var error = JsonElement.Parse(text).GetProperty("errors")[0];
        Assert.Equal((422, "/content/title", "undeclared_variable"), (status, error.GetProperty("pointer").GetString(), error.GetProperty("code").GetString()));
        var (bare, why) = await AskAsync(HttpMethod.Delete, "/v1/programs/wrong/messages/m2", ifMatch: "\"v1\"");
        Assert.Equal((422, "not_carried"), (bare, JsonElement.Parse(why).GetProperty("errors")[0].GetProperty("code").GetString()));
        Assert.Equal(412, (await AskAsync(HttpMethod.Put, "/v1/programs/wrong/messages/m1", Message("m1", "warm", "x"), "\"v9\"")).Status);
        Assert.Equal(428, (await AskAsync(HttpMethod.Put, "/v1/programs/wrong/messages/m1", Message("m1", "warm", "x"))).Status);
        Assert.Equal(1, (await DoneAsync(HttpMethod.Get, "/v1/programs/wrong")).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_table_goes_out_and_comes_back_as_it_was()
    {
        await MakeAsync("table");
        await DoneAsync(HttpMethod.Put, "/v1/programs/table/messages/m3", """{"id":"m3","channel":"push","labels":{"tone":"warm"},"content":{"title":"=1+1, \"quoted\"","body":"two\nlines; more"},"maxPerUser":2}""", "\"v1\"");
        var (_, csv) = await AskAsync(HttpMethod.Get, "/v1/programs/table/messages/export");
        Assert.Contains("\"'=1+1, \"\"quoted\"\"\"", csv, StringComparison.Ordinal);
        var back = await DoneAsync(HttpMethod.Post, "/v1/programs/table/messages/import", csv, type: "text/csv");
        Assert.Equal((3, 0), (back.GetProperty("rows").GetInt32(), back.GetProperty("errors").GetArrayLength()));
        Assert.All(back.GetProperty("changes").EnumerateArray(), change => Assert.Equal("same", change.GetProperty("change").GetString()));
    }

    [Fact]
    public async Task An_import_shows_changes_and_faults_by_line_and_writes_nothing_while_a_row_is_wrong()
    {
        await MakeAsync("import");
        const string Good = "id,channel,label:tone,content:title,content:body,var:user.firstName\nm1,push,warm,New title,Come back,friend\nm9,push,plain,\"A, B\",Body,\n";
        var dry = await DoneAsync(HttpMethod.Post, "/v1/programs/import/messages/import", Good, type: "text/csv");
        Assert.Equal("2:m1:changed 3:m9:new", string.Join(" ", dry.GetProperty("changes").EnumerateArray().Select(change => $"{change.GetProperty("line").GetInt32()}:{change.GetProperty("id").GetString()}:{change.GetProperty("change").GetString()}")));
        Assert.False(dry.GetProperty("applied").GetBoolean());
        Assert.Equal(1, (await DoneAsync(HttpMethod.Get, "/v1/programs/import")).GetProperty("version").GetInt64());

        const string Bad = "id,channel,label:tone,content:title,content:body\nm1,push,warm,{{ user.x }},b\nm1,push,warm,t,b\nm8,pigeon,plain,t,b\n";
        var bad = await DoneAsync(HttpMethod.Post, "/v1/programs/import/messages/import?apply=true", Bad, type: "text/csv");
        Assert.False(bad.GetProperty("applied").GetBoolean());
        Assert.Equal("3:m1:id:duplicate", Fault(bad));
        var odd = await DoneAsync(HttpMethod.Post, "/v1/programs/import/messages/import?apply=true", Bad.Replace("m1,push,warm,t,b\n", "", StringComparison.Ordinal), type: "text/csv");
        Assert.Equal("3:m8:channel:not_allowed", Fault(odd));
        var column = await DoneAsync(HttpMethod.Post, "/v1/programs/import/messages/import", "id,chanel\nm1,push\n", type: "text/csv");
        Assert.Equal("1::chanel:unknown_column", Fault(column));

        var done = await DoneAsync(HttpMethod.Post, "/v1/programs/import/messages/import?apply=true", Good, "\"v1\"", "text/csv");
        Assert.Equal((true, 2), (done.GetProperty("applied").GetBoolean(), done.GetProperty("version").GetInt32()));
        Assert.Equal("m1:new,m2:new,m9:new", Ids(await DoneAsync(HttpMethod.Get, "/v1/programs/import/messages")));
    }

    static string Fault(JsonElement reply)
    {
        var error = reply.GetProperty("errors")[0];
        return $"{error.GetProperty("line").GetInt32()}:{(error.TryGetProperty("id", out var id) ? id.GetString() : "")}:{error.GetProperty("field").GetString()}:{error.GetProperty("code").GetString()}";
    }

    [Fact]
    public async Task A_preview_shows_real_values_defaults_languages_and_what_is_worth_a_second_look()
    {
        await MakeAsync("shown");
        await using var agents = silo.Agents();
        await RunningSilo.ArriveAsync(agents, "shown-1", RunningSilo.Start);
        var ada = await DoneAsync(HttpMethod.Post, "/v1/programs/shown/messages/preview", """{"messageId":"m1","userId":"shown-1"}""");
        Assert.Equal(("Hi Ada", 0), (ada.GetProperty("content").GetProperty("title").GetString(), ada.GetProperty("defaulted").GetArrayLength()));
        var nobody = await DoneAsync(HttpMethod.Post, "/v1/programs/shown/messages/preview", """{"messageId":"m1"}""");
        Assert.Equal(("Hi friend", "user.firstName"), (nobody.GetProperty("content").GetProperty("title").GetString(), nobody.GetProperty("defaulted")[0].GetString()));
        var loud = await DoneAsync(HttpMethod.Post, "/v1/programs/shown/messages/preview", """{"message":{"id":"m1","channel":"push","labels":{"tone":"warm"},"content":{"title":"COME BACK AT ONCE","body":"b"}}}""");
        Assert.Equal("shouting", loud.GetProperty("lints")[0].GetProperty("code").GetString());

        await DoneAsync(HttpMethod.Put, "/v1/programs/shown/messages/m1fr", """{"id":"m1fr","channel":"push","locale":"fr","labels":{"tone":"warm"},"content":{"title":"Bonjour","body":"b"}}""", "\"v1\"");
        Assert.Equal("m1fr", (await DoneAsync(HttpMethod.Post, "/v1/programs/shown/messages/preview", """{"messageId":"m1","locale":"fr-CA"}""")).GetProperty("served").GetString());
        Assert.Equal("m1", (await DoneAsync(HttpMethod.Post, "/v1/programs/shown/messages/preview", """{"messageId":"m1","locale":"de"}""")).GetProperty("served").GetString());
        Assert.Equal(404, (await AskAsync(HttpMethod.Post, "/v1/programs/shown/messages/preview", """{"messageId":"m1","userId":"stranger"}""")).Status);
    }
}
