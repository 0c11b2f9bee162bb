using System.Net;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Privacy;

/// <summary>Suppression, objection and access over HTTP.</summary>
public sealed class SuppressionTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    [Trait("proves", "R7")]
    public async Task Nothing_is_taken_of_or_decided_for_a_suppressed_user_until_it_is_released(string kind)
    {
        await using var keeping = await Keeping.NewAsync(kind);
        await using var silo = keeping.Silo();
        await using var agents = silo.Agents();
        using var http = silo.Http();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("basket", channel: "in_app"));
        await RunningSilo.ArriveAsync(agents, "ada", RunningSilo.Start);
        var open = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("ada"));

        var receipt = await http.RegulateAsync("suppress", "ada", "never-seen");
        Assert.Equal((2, 1), (receipt.GetProperty("users").GetArrayLength(), receipt.GetProperty("users")[0].GetProperty("cancelledDeliveries").GetInt32()));
        Assert.Equal("held", (await agents.ActivateAsync(open.DecisionId!.Value)).State);
        foreach (var user in new[] { "ada", "never-seen" })
        {
            var report = await agents.IngestAsync([new UserEvent { UserId = user, Event = "Secret", MessageId = "m-" + user }]);
            Assert.Equal((0, "suppressed_user"), (report.Accepted, report.Rejected[0].Code));
            var hold = Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync(user));
            Assert.Equal(("suppressed_user", null), (hold.Reasons[0].Code, hold.DecisionId));
        }

        // As a write key sends it: 200, and a letter that holds nothing.
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(HttpMethod.Post, "/v1/track", """{"userId":"ada","event":"Secret","messageId":"m-2"}""")).Status);
        var letter = Assert.Single((await agents.Admin.DeadLettersAsync(reason: "suppressed_user")).Items);
        Assert.Equal((null, null), (letter.MessageId, letter.Payload));
        var (status, problem) = await http.SendAsync(HttpMethod.Post, $"/v1/dead-letters/{letter.Id}/replay");
        Assert.Equal((HttpStatusCode.Conflict, "nothing_kept"), (status, problem.GetProperty("code").GetString()));
        // Kept by hash alone.
        Assert.Empty(await Probe.TablesAsync(keeping, "never-seen"));
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(3));
        Assert.Equal(1, (await http.SendAsync(HttpMethod.Get, "/v1/users/ada")).Body.GetProperty("counters").GetProperty("decisions").GetInt32());

        await http.RegulateAsync("unsuppress", "ada");
        Assert.Equal(1, (await agents.IngestAsync([new UserEvent { UserId = "ada", Event = "Back", MessageId = "m-3" }], new IngestOptions { WaitApplied = true })).Accepted);
        Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("ada"));
        var (_, about) = await http.SendAsync(HttpMethod.Get, "/v1/privacy/regulations?userId=ada");
        Assert.Equal(["unsuppress", "suppress"], about.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("kind").GetString()));
        var (_, page) = await http.SendAsync(HttpMethod.Get, "/v1/privacy/regulations?limit=1");
        var (_, rest) = await http.SendAsync(HttpMethod.Get, "/v1/privacy/regulations?limit=1&after=" + page.GetProperty("next").GetString());
        Assert.Equal(("unsuppress", "suppress", JsonValueKind.Null), (page.GetProperty("items")[0].GetProperty("kind").GetString(), rest.GetProperty("items")[0].GetProperty("kind").GetString(), rest.GetProperty("next").ValueKind));
    }

    [Fact]
    [Trait("proves", "R8")]
    public async Task Who_is_suppressed_and_erased_is_gone_and_stays_away_with_every_id_that_was_its_own()
    {
        await using var keeping = await Keeping.NewAsync("sqlite");
        await using var silo = keeping.Silo();
        await using var agents = silo.Agents();
        using var http = silo.Http();
        foreach (var body in new[] { """{"type":"track","anonymousId":"v-1","event":"Viewed","messageId":"1"}""", """{"type":"identify","userId":"ada","anonymousId":"v-1","messageId":"2","traits":{"a":1}}""" })
        {
            Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(HttpMethod.Post, "/v1/batch", $$"""{"batch":[{{body}}]}""")).Status);
        }

        await http.RegulateAsync("suppress_and_delete", "ada");
        Assert.Null(await agents.UserAsync("ada"));
        foreach (var body in new[] { """{"userId":"ada","event":"E","messageId":"3"}""", """{"anonymousId":"v-1","event":"E","messageId":"4"}""" })
        {
            await http.SendAsync(HttpMethod.Post, "/v1/track", body);
        }

        Assert.Equal(2, (await agents.Admin.DeadLettersAsync(reason: "suppressed_user")).Items.Count);
        Assert.Null(await agents.UserAsync("ada"));
        await http.RegulateAsync("unsuppress", "ada");
        Assert.Equal(2, (await agents.IngestAsync([new UserEvent { UserId = "ada", Event = "E", MessageId = "5" }, new UserEvent { AnonymousId = "v-1", Event = "E", MessageId = "6" }])).Accepted);
    }

    [Fact]
    public async Task An_objection_stops_decisions_at_once_and_can_be_taken_back()
    {
        await using var keeping = await Keeping.NewAsync("sqlite");
        await using var silo = keeping.Silo();
        await using var agents = silo.Agents();
        using var http = silo.Http();
        await RunningSilo.LiveAsync(agents, RunningSilo.Program("basket", channel: "in_app"));
        await RunningSilo.ArriveAsync(agents, "ada", RunningSilo.Start);
        var open = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("ada"));
        var (status, body) = await http.SendAsync(HttpMethod.Post, "/v1/users/ada/object");
        Assert.Equal((HttpStatusCode.OK, true), (status, body.GetProperty("objects").GetBoolean()));
        Assert.Equal("held", (await agents.ActivateAsync(open.DecisionId!.Value)).State);
        Assert.Equal("no_consent", Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync("ada")).Reasons[0].Code);
        Assert.Contains(await agents.ConsentAsync("ada"), entry => entry is { Purpose: "personalisation", Status: "denied" });
        // Events are still taken: they are needed for what was bought, and for access.
        Assert.Equal(1, (await agents.IngestAsync([new UserEvent { UserId = "ada", Event = "E", MessageId = "3" }], new IngestOptions { WaitApplied = true })).Accepted);
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddHours(1));
        await http.SendAsync(HttpMethod.Delete, "/v1/users/ada/object");
        Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("ada"));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_person_gets_everything_that_is_held_in_one_file(string kind)
    {
        await using var keeping = await Keeping.NewAsync(kind);
        await using var silo = keeping.Silo();
        await using var agents = silo.Agents();
        using var http = silo.Http();
        var program = RunningSilo.Program("daily").GetRawText().Replace("\"scheduled\": false", "\"scheduled\": true", StringComparison.Ordinal);
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(program));
        await RunningSilo.ArriveAsync(agents, "ada", RunningSilo.Start);
        await http.SendAsync(HttpMethod.Post, "/v1/track", """{"userId":"ada","properties":{"note":"no name"}}""");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(3).AddHours(5));

        using var response = await http.GetAsync("/v1/users/ada/export");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("attachment; filename=\"access-", response.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        var file = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        var profile = file.GetProperty("profile");
        Assert.Equal(("ada", true, "tok", "Ada"), (file.GetProperty("userId").GetString(), file.GetProperty("known").GetBoolean(), profile.GetProperty("contactPoints").GetProperty("push").GetString(), profile.GetProperty("attributes").GetProperty("firstName").GetString()));
        var decisions = file.GetProperty("decisions").EnumerateArray().ToArray();
        Assert.Equal(profile.GetProperty("counters").GetProperty("decisions").GetInt32(), decisions.Length);
        Assert.NotEmpty(file.GetProperty("effects").EnumerateArray());
        Assert.NotEmpty(file.GetProperty("stores").GetProperty("sandbox").EnumerateArray());
        Assert.Single(file.GetProperty("stores").GetProperty("dead-letters").EnumerateArray());
        Assert.Equal(["i-ada", "v-ada"], file.GetProperty("stores").GetProperty("event-log").EnumerateArray().Select(one => one.GetProperty("messageId").GetString()));
        Assert.Equal("Product Viewed", file.GetProperty("stores").GetProperty("event-log")[1].GetProperty("payload").GetProperty("event").GetString());
        Assert.Contains(file.GetProperty("timeline").EnumerateArray(), entry => entry.GetProperty("kind").GetString() == "activation");
        Assert.All(profile.GetProperty("learnedInWords").EnumerateArray(), sentence => Assert.StartsWith("Program daily, tone = ", sentence.GetString(), StringComparison.Ordinal));
        Assert.Equal("daily", file.GetProperty("cohorts")[0].GetProperty("programId").GetString());
        Assert.NotEmpty(file.GetProperty("retention").EnumerateArray());

        var nobody = JsonElement.Parse(await http.GetStringAsync("/v1/users/nobody/export"));
        Assert.Equal((false, 0), (nobody.GetProperty("known").GetBoolean(), nobody.GetProperty("decisions").GetArrayLength()));
        var (_, retention) = await http.SendAsync(HttpMethod.Get, "/v1/privacy/retention");
        Assert.Contains(retention.GetProperty("items").EnumerateArray(), row => row.GetProperty("store").GetString() == "event-log" && row.GetProperty("days").GetDouble() == 90);
    }
}
