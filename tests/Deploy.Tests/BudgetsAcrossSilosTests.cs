using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Aampe.Agents.Postgres.Fixture;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>Two silos on one database spend one budget, and one of them is killed on the way.</summary>
public sealed class BudgetsAcrossSilosTests
{
    const int Users = 400, Paid = 160;
    static readonly TimeSpan patience = TimeSpan.FromMinutes(4);

    [Fact]
    [Trait("layer", "long")]
    public async Task A_budget_pays_exactly_what_it_can_whichever_silo_asks_and_whichever_is_killed()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using var two = await SiloOfCluster.StartAsync(database);
        var one = await SiloOfCluster.StartAsync(database);
        await GoLiveAsync(one);
        var users = Enumerable.Range(0, Users).Select(i => $"u{i}").ToArray();
        var arrived = await one.Http.PostAsJsonAsync(new Uri("/v1/events", UriKind.Relative), users.Select(user => new { type = "track", userId = user, @event = "App Opened", messageId = "f-" + user }));
        arrived.EnsureSuccessStatusCode();

        var done = 0;
        var asked = users.Select((user, i) => AskAsync(i % 2 == 0 ? one : two, user, () => Interlocked.Increment(ref done))).ToArray();
        while (Volatile.Read(ref done) < Paid / 4 && !Task.WhenAll(asked).IsCompleted)
        {
            await Task.Delay(10);
        }

        await one.DisposeAsync();
        await Task.WhenAll(asked);

        // Those who were cut ask the other silo, until all is spent and nothing is under way. A hold for want of money stands for a minute.
        var begun = Stopwatch.GetTimestamp();
        var (spent, underWay) = (0m, 0m);
        while (Stopwatch.GetElapsedTime(begun) < patience)
        {
            foreach (var some in users.Chunk(40))
            {
                await Task.WhenAll(some.Select(user => AskAsync(two, user, () => { })));
            }

            (spent, underWay) = await StandsAsync(two);
            Assert.True(spent <= Paid * 0.25m, $"{spent} is overspent");
            if (spent == Paid * 0.25m && underWay == 0)
            {
                break;
            }

            await Task.Delay(TimeSpan.FromSeconds(5));
        }

        Assert.Equal((Paid * 0.25m, 0m), (spent, underWay));
        // What was activated for a caller who had stopped waiting is void, and counts no more.
        var sends = 0;
        foreach (var user in users)
        {
            sends += (await two.Http.GetFromJsonAsync<JsonElement>(new Uri($"/v1/users/{user}", UriKind.Relative))).GetProperty("sends").GetArrayLength();
        }

        Assert.Equal(Paid, sends);
        Assert.InRange(done, 1, Paid);
    }

    // The silo that is asked may be the one that dies.
    static async Task AskAsync(SiloOfCluster silo, string user, Action sent)
    {
        try
        {
            using var answer = await silo.Http.PostAsJsonAsync(new Uri($"/v1/users/{user}/next", UriKind.Relative), new { activate = true, maxWaitMs = 2_000 });
            Assert.False((int)answer.StatusCode is >= 400 and < 500, await answer.Content.ReadAsStringAsync());
            if (answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("activation").GetString() == "done")
            {
                sent();
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Asked again below.
        }
    }

    static async Task<(decimal Spent, decimal UnderWay)> StandsAsync(SiloOfCluster silo)
    {
        using var answer = await silo.Http.GetAsync(new Uri("/v1/guardrails/budgets", UriKind.Relative));
        if (!answer.IsSuccessStatusCode)
        {
            return (0, 0);
        }

        var budget = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items")[0];
        return (budget.GetProperty("spent").GetDecimal(), budget.GetProperty("underWay").GetDecimal());
    }

    static async Task GoLiveAsync(SiloOfCluster silo)
    {
        var workspace = await silo.Http.GetAsync(new Uri("/v1/workspace", UriKind.Relative));
        const string document = """
            {
              "timeZone": "UTC", "costPerSend": { "in_app": { "amount": 0.25, "currency": "EUR" } },
              "guardrails": { "id": "grd_none", "quietHours": [], "caps": [{ "id": "one", "count": 1, "per": "rollingHours", "hours": 800 }], "budgets": [{ "id": "grd_all", "amount": 40, "currency": "EUR", "per": "total" }] }
            }
            """;
        using (var settings = new HttpRequestMessage(HttpMethod.Put, new Uri("/v1/workspace", UriKind.Relative)) { Content = JsonContent.Create(JsonElement.Parse(document)) })
        {
            settings.Headers.IfMatch.Add(workspace.Headers.ETag!);
            (await silo.Http.SendAsync(settings)).EnsureSuccessStatusCode();
        }

        var program = JsonElement.Parse("""
            {
              "id": "cards", "name": "Cards", "scheduled": false,
              "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
              "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm" }] }],
              "messages": [{ "id": "m1", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "There" } }],
              "experiment": { "salt": "s1", "agentic": 100 }
            }
            """);
        (await silo.Http.PostAsJsonAsync(new Uri("/v1/programs", UriKind.Relative), program)).EnsureSuccessStatusCode();
        (await silo.Http.PostAsJsonAsync(new Uri("/v1/programs/cards/transitions", UriKind.Relative), new { to = "live", reason = "test", @override = true })).EnsureSuccessStatusCode();
    }
}
