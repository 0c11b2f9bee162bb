using System.Net;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Silo.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Silo.Tests.Privacy;

/// <summary>A user who is erased is nowhere any more, comes back by no late event, and begins anew when something new happens. Over HTTP, on both stores.</summary>
public sealed class ErasureTests
{
    const string User = "probe-user-zq81", Visitor = "probe-visitor-zq81", Marker = "zq81";
    static readonly DateTimeOffset Later = RunningSilo.Start.AddDays(2).AddHours(14);

    // A day in the life: two ids that become one person, a message that goes out, its effect, one that waits, an event that could not be taken.
    static async Task LiveAsync(PrivateSilo silo, IAgentClient agents)
    {
        var program = RunningSilo.Program("daily", title: "Hi {{ user.firstName }}").GetRawText().Replace("\"scheduled\": false", "\"scheduled\": true", StringComparison.Ordinal);
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(program));
        for (var i = 0; i < 4; i++)
        {
            await RunningSilo.ArriveAsync(agents, $"other-{i}", RunningSilo.Start);
        }

        using var http = silo.Http();
        var at = RunningSilo.Start.ToString("O");
        foreach (var (path, body) in new[]
        {
            ("track", $$"""{"anonymousId":"{{Visitor}}","event":"Product Viewed","messageId":"{{Marker}}-0","timestamp":"{{at}}","context":{"device":{"token":"tok-{{Marker}}"} } }"""),
            ("identify", $$"""{"userId":"{{User}}","anonymousId":"{{Visitor}}","messageId":"{{Marker}}-1","timestamp":"{{at}}","traits":{"firstName":"Ada {{Marker}}","email":"{{Marker}}@example.com"},"context":{"timezone":"Europe/Paris","device":{"token":"tok-{{Marker}}"} } }"""),
            ("track", $$"""{"userId":"{{User}}","event":"Basket {{Marker}}","messageId":"{{Marker}}-2","timestamp":"{{at}}"}"""),
            ("track", $$"""{"userId":"{{User}}","messageId":"{{Marker}}-3","properties":{"note":"{{Marker}}"} }"""),
        })
        {
            Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(HttpMethod.Post, "/v1/" + path, body)).Status);
        }

        await agents.SetConsentAsync(User, new ConsentChange { Channel = "email", Status = "granted", Proof = "form-" + Marker });
        await agents.Admin.SetClockAsync(Later);
        // In the afternoon nothing is quiet: one more decision stays open.
        await agents.NextMessageAsync(User, new NextMessageRequest { ProgramId = "daily", IdempotencyKey = "key-" + Marker });
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    [Trait("proves", "R8")]
    public async Task Nothing_of_an_erased_user_is_left_in_any_store(string kind)
    {
        await using var keeping = await Keeping.NewAsync(kind);
        await using (var silo = keeping.Silo())
        {
            await using var agents = silo.Agents();
            using var http = silo.Http();
            await LiveAsync(silo, agents);
            var held = (await agents.UserAsync(User))!;
            var decisions = (await agents.TimelineAsync(User, 500)).Items.Count(entry => entry.Kind == "decision");
            Assert.True(decisions > 0);
            Assert.NotEmpty((await agents.Admin.SandboxAsync(User)).Items);
            Assert.Contains((await agents.Admin.DeadLettersAsync()).Items, letter => letter.Reason == "missing_event_name");
            Assert.NotEmpty(await Probe.TablesAsync(keeping, Marker));
            var waiting = await http.SendAsync(HttpMethod.Get, $"/v1/users/{User}");
            Assert.Equal(HttpStatusCode.OK, waiting.Status);

            var receipt = await http.EraseAsync(User);

            Assert.Equal(2, receipt.Removed("agents:records"));
            Assert.True(receipt.Removed("agents:decisions") >= decisions);
            Assert.True(receipt.Removed("agents:effects") > 0);
            Assert.Equal(3, receipt.Removed("event-log"));
            Assert.Equal(1, receipt.Removed("dead-letters"));
            Assert.True(receipt.Removed("sandbox") > 0);
            var person = receipt.GetProperty("users")[0];
            Assert.Equal((2, true, true), (person.GetProperty("lives").GetInt32(), person.GetProperty("known").GetBoolean(), person.GetProperty("done").GetBoolean()));
            Assert.True(receipt.GetProperty("cohorts")[0].GetProperty("rebuilt").GetBoolean());
            Assert.StartsWith("sha256:", receipt.GetProperty("hash").GetString(), StringComparison.Ordinal);

            Assert.Null(await agents.UserAsync(User));
            Assert.Empty((await agents.TimelineAsync(User)).Items);
            Assert.Empty((await agents.Admin.SandboxAsync(User)).Items);
            Assert.DoesNotContain((await agents.Admin.DecisionsAsync(500)).Items, one => one.UserId.Contains(Marker, StringComparison.Ordinal));
            Assert.DoesNotContain((await agents.Admin.FindUsersAsync("probe", 500)).Items, one => true);
            Assert.DoesNotContain(Marker, (await http.GetStringAsync("/v1/dead-letters")), StringComparison.Ordinal);
            Assert.DoesNotContain(Marker, receipt.ToString(), StringComparison.Ordinal);
            Assert.Empty(await Probe.TablesAsync(keeping, Marker));
            // Others lost nothing.
            Assert.NotNull(await agents.UserAsync("other-0"));
            await agents.Admin.SetClockAsync(Later.AddDays(2));
            Assert.Empty(await Probe.TablesAsync(keeping, Marker));
        }

        if (kind == "sqlite")
        {
            Assert.False(Probe.IsInFiles(keeping.File, Marker));
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    [Trait("proves", "R8")]
    public async Task A_late_or_repeated_event_brings_nobody_back_and_a_new_one_begins_a_new_life(string kind)
    {
        await using var keeping = await Keeping.NewAsync(kind);
        await using var silo = keeping.Silo();
        await using var agents = silo.Agents();
        using var http = silo.Http();
        await LiveAsync(silo, agents);
        var before = (await agents.UserAsync(User))!;
        var old = (await http.SendAsync(HttpMethod.Get, $"/v1/users/{User}")).Body.GetProperty("incarnation").GetString();
        var fresh = $$"""{"userId":"{{User}}","event":"Basket","messageId":"sent-just-before"}""";
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(HttpMethod.Post, "/v1/track", fresh)).Status);
        await http.EraseAsync(User);
        await agents.Admin.SetClockAsync(Later.AddHours(1));

        // The time of before; and a message id of before without any time.
        foreach (var late in new[] { $$"""{"userId":"{{User}}","event":"Basket","messageId":"late-1","timestamp":"{{RunningSilo.Start:O}}"}""", fresh })
        {
            var report = await http.SendAsync(HttpMethod.Post, "/v1/track", late);
            Assert.Equal(HttpStatusCode.OK, report.Status);
        }

        await agents.Admin.SetClockAsync(Later.AddHours(2));
        Assert.True(await agents.UserAsync(User) is null, string.Join('\n', (await agents.TimelineAsync(User)).Items));
        Assert.DoesNotContain((await agents.Admin.DeadLettersAsync(limit: 500)).Items, letter => letter.Reason == "suppressed_user" && letter.Payload is not null);

        var report2 = await agents.IngestAsync([new UserEvent { UserId = User, Event = "Basket", MessageId = "new-1" }], new IngestOptions { WaitApplied = true });
        Assert.Equal(1, report2.Accepted);
        var (_, back) = await http.SendAsync(HttpMethod.Get, $"/v1/users/{User}");
        Assert.NotEqual(old, back.GetProperty("incarnation").GetString());
        Assert.Equal(1, back.GetProperty("counters").GetProperty("events").GetInt32());
        Assert.Empty(back.GetProperty("attributes").EnumerateObject());
        Assert.NotNull(before);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    [Trait("proves", "R8")]
    public async Task An_erasure_that_its_silo_did_not_live_to_finish_is_finished_by_the_next(string kind)
    {
        await using var keeping = await Keeping.NewAsync(kind);
        string id;
        var broken = new BrokenStore();
        await using (var silo = keeping.Silo(services => services.AddSingleton<IPersonalStore>(broken)))
        {
            await using var agents = silo.Agents();
            using var http = silo.Http();
            await LiveAsync(silo, agents);
            var (_, begun) = await http.SendAsync(HttpMethod.Delete, $"/v1/users/{User}");
            id = begun.GetProperty("request").GetProperty("id").GetString()!;
            await broken.Asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
            var (_, open) = await http.SendAsync(HttpMethod.Get, "/v1/privacy/regulations/" + id);
            Assert.NotEqual("done", open.GetProperty("request").GetProperty("status").GetString());
            var (_, list) = await http.SendAsync(HttpMethod.Get, "/v1/privacy/regulations");
            Assert.Equal(id, list.GetProperty("items")[0].GetProperty("id").GetString());
        }

        await using var next = keeping.Silo();
        using var again = next.Http();
        var receipt = await again.ReceiptAsync(JsonElement.Parse($$"""{"request":{"id":"{{id}}"} }"""));
        // What the first silo removed is in the receipt of the second.
        Assert.Equal(2, receipt.Removed("agents:records"));
        Assert.Equal(3, receipt.Removed("event-log"));
        Assert.Empty(await Probe.TablesAsync(keeping, Marker));
    }

    [Fact]
    [Trait("proves", "R8")]
    public async Task An_agent_is_not_erased_while_its_person_is_not_marked()
    {
        await using var keeping = await Keeping.NewAsync("sqlite");
        await using var silo = keeping.Silo();
        await using var agents = silo.Agents();
        await RunningSilo.ArriveAsync(agents, "ada", RunningSilo.Start);
        var agent = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IUserAgent>(AgentKey.User(AgentKey.DefaultTenant, "ada").ToString());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await agent.EraseAsync());
        Assert.NotNull(await agents.UserAsync("ada"));
    }

    [Theory]
    [InlineData("""{"kind":"forget","userIds":["a"],"reason":"x"}""", "/kind")]
    [InlineData("""{"kind":"delete","userIds":[],"reason":"x"}""", "/userIds")]
    [InlineData("""{"kind":"delete","userIds":["a",""],"reason":"x"}""", "/userIds/1")]
    [InlineData("""{"kind":"delete","userIds":["a"],"reason":" "}""", "/reason")]
    public async Task A_request_that_is_not_valid_says_where(string body, string place)
    {
        await using var keeping = await Keeping.NewAsync("sqlite");
        await using var silo = keeping.Silo();
        using var http = silo.Http();
        var (status, problem) = await http.SendAsync(HttpMethod.Post, "/v1/privacy/regulations", body);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, place), (status, problem.GetProperty("errors")[0].GetProperty("pointer").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(HttpMethod.Get, "/v1/privacy/regulations/reg_none")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.SendAsync(HttpMethod.Delete, "/v1/users/ada?reason=%20")).Status);
    }

    // A place that cannot be reached: everything before it is done and recorded, nothing behind it.
    sealed class BrokenStore : IPersonalStore
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "broken";

        public string? Remains => null;

        public ValueTask<StorePart> EraseAsync(IReadOnlyList<ErasedLife> lives, string? position, CancellationToken stop)
        {
            Asked.TrySetResult();
            throw new IOException("This place cannot be reached.");
        }

        public async IAsyncEnumerable<System.Text.Json.Nodes.JsonNode> ReadAsync(IReadOnlyList<AgentKey> lives, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
