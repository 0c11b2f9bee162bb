using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Aampe.Agents.Postgres.Fixture;
using Xunit.Abstractions;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>Two silos on one database: a stream on the one, the event at the other, and the agent on either.</summary>
public sealed class CardsAcrossSilosTests(ITestOutputHelper output)
{
    // The first few bring up what was never used before, on both silos.
    const int Users = 44, Cold = 4;
    static readonly TimeSpan alive = TimeSpan.FromSeconds(90);

    [Fact]
    [Trait("layer", "long")]
    public async Task A_card_reaches_its_stream_on_another_silo_and_after_the_death_of_the_agents_own()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using var two = await SiloOfCluster.StartAsync(database);
        var waits = new List<double>();
        await using (var one = await SiloOfCluster.StartAsync(database))
        {
            await GoLiveAsync(one);
            for (var i = 0; i < Users; i++)
            {
                await using var cards = await OpenAsync(two, $"u{i}");
                var coming = cards.MoveNextAsync();
                await FillAsync(one, $"u{i}");
                var answered = Stopwatch.GetTimestamp();
                Assert.True(await coming.AsTask().WaitAsync(alive));
                waits.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
            }
        }

        var cold = waits[..Cold].Max();
        waits = [.. waits[Cold..].Order()];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from ingest answer on one silo to card on the other, PostgreSQL with fsync, ms, n = {waits.Count}: p50 {waits[waits.Count / 2]:0.0}, p90 {waits[waits.Count * 9 / 10]:0.0}, p99 {waits[^1]:0.0} (largest); before, cold: {cold:0.0} at most"));

        // The first silo was killed: half of the agents were its own. Streams that stay open find them where they are now.
        for (var i = 0; i < 4; i++)
        {
            await using var cards = await OpenAsync(two, $"later{i}");
            var coming = cards.MoveNextAsync();
            await FillAsync(two, $"later{i}");
            Assert.True(await coming.AsTask().WaitAsync(alive));
        }
    }

    static async Task GoLiveAsync(SiloOfCluster silo)
    {
        var workspace = await silo.Http.GetAsync(new Uri("/v1/workspace", UriKind.Relative));
        using (var settings = new HttpRequestMessage(HttpMethod.Put, new Uri("/v1/workspace", UriKind.Relative)) { Content = JsonContent.Create(JsonElement.Parse("""{"timeZone":"UTC","guardrails":{"id":"grd_none","quietHours":[],"caps":[]}}""")) })
        {
            settings.Headers.IfMatch.Add(workspace.Headers.ETag!);
            (await silo.Http.SendAsync(settings)).EnsureSuccessStatusCode();
        }

        var program = JsonElement.Parse("""
            {
              "id": "cards", "name": "Cards", "trigger": "Basket Filled",
              "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
              "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm" }] }],
              "messages": [{ "id": "m1", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "There" } }],
              "experiment": { "salt": "s1", "agentic": 100 }
            }
            """);
        (await silo.Http.PostAsJsonAsync(new Uri("/v1/programs", UriKind.Relative), program)).EnsureSuccessStatusCode();
        (await silo.Http.PostAsJsonAsync(new Uri("/v1/programs/cards/transitions", UriKind.Relative), new { to = "live", reason = "test", @override = true })).EnsureSuccessStatusCode();
    }

    static async Task FillAsync(SiloOfCluster silo, string user)
    {
        using var answer = await silo.Http.PostAsJsonAsync(new Uri("/v1/events", UriKind.Relative), new[] { new { type = "track", userId = user, @event = "Basket Filled", messageId = "f-" + user } });
        answer.EnsureSuccessStatusCode();
    }

    static async Task<IAsyncEnumerator<SseItem<string>>> OpenAsync(SiloOfCluster silo, string user)
    {
        var response = await silo.Http.GetAsync(new Uri($"/v1/users/{user}/cards", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
    }
}
