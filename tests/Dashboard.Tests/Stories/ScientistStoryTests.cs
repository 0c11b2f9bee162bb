using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aampe.Agents.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>Story C: a data scientist plans arms, reads Table 1, computes an answer again from the exported file alone, and replays a decision.</summary>
[Collection("stories")]
public sealed class ScientistStoryTests(Chromium chromium)
{
    const int Users = 240;

    const string Program = """
        {
          "id": "trial", "name": "Trial", "scheduled": false, "learning": { "posterior": "beta" },
          "goal": { "id": "orders", "events": ["Order Completed"], "intentEvents": ["Product Viewed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [
            { "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }, { "id": "plain", "label": "Plain" }, { "id": "playful", "label": "Playful" }] }
          ],
          "messages": [
            { "id": "m1", "name": "Warm", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "Come back" } },
            { "id": "m2", "name": "Plain", "channel": "in_app", "labels": { "tone": "plain" }, "content": { "title": "Hi", "body": "Your basket" } },
            { "id": "m3", "name": "Playful", "channel": "in_app", "labels": { "tone": "playful" }, "content": { "title": "Hi", "body": "Psst" } }
          ],
          "experiment": { "salt": "s1", "agentic": 90, "random": 0, "rules": 0, "holdout": 10 }
        }
        """;

    [Fact]
    public async Task Arms_Table_1_an_export_that_gives_the_same_number_and_a_replay()
    {
        await using var silo = new StorySilo();
        await silo.AskAsync(HttpMethod.Post, "/v1/programs", Program);
        await using var visit = await silo.EnterAsync(chromium, "admin", StorySilo.AdminPassword, "/programs/trial");

        // Arms 70/10/10/10.
        var document = await visit.Test("document").InputValueAsync();
        var planned = JsonNode.Parse(document)!;
        foreach (var (arm, weight) in new[] { ("agentic", 70), ("random", 10), ("rules", 10), ("holdout", 10) })
        {
            planned["experiment"]![arm] = weight;
        }

        (planned["experiment"]!["startsAt"], planned["experiment"]!["endsAt"]) = ("2026-11-30T09:00:00Z", "2026-12-14T09:00:00Z");
        planned["rules"] = JsonNode.Parse("""{ "hour": 12, "messages": ["m1"] }""");
        await visit.Test("document").FillAsync(planned.ToJsonString());
        await visit.Test("save").ClickAsync();
        await Expect(visit.Test("announce")).ToContainTextAsync("draft");
        await silo.AskAsync(HttpMethod.Post, "/v1/programs/trial/transitions", """{"to":"live","reason":"story","override":true}""");
        await LiveAsync(silo);

        // Table 1: by assignment beside pairs, at 99 %, with what makes it believable.
        await visit.GotoAsync("/experiments?program=trial");
        await Expect(visit.Page.Locator("[data-test=arms] tr[data-arm]")).ToHaveCountAsync(4);
        await Expect(visit.Page.Locator("[data-test=arms] tr[data-arm=agentic]")).ToContainTextAsync("70 %");
        await Expect(visit.Test("trust")).ToContainTextAsync(new Regex("SRM p = 0\\.\\d+ ok"));
        await Expect(visit.Test("table1")).ToContainTextAsync("99 % intervals");
        await Expect(visit.Page.Locator("[data-test=cells-conversion] tr[data-method=itt]").First).ToContainTextAsync("pp [");
        await Expect(visit.Page.Locator("[data-test=cells-conversion] tr[data-method=psm]").First).ToContainTextAsync(new Regex(@"pp \[[\s\S]*[1-9]\d* pairs"));
        await Expect(visit.Test("balance")).ToBeVisibleAsync();
        await Expect(visit.Test("aa")).ToContainTextAsync("goals more than holdout (99 % interval)");
        await Expect(visit.Page.Locator("[data-test=power] tbody tr")).ToHaveCountAsync(4);
        await Expect(visit.Test("off-policy-sentence")).ToContainTextAsync("of the agents' messages were a success");
        await visit.ScreenshotAsync("story-c-experiments");
        Assert.Empty(await visit.BrokenRulesAsync());

        // The number on the screen, again, out of the file and nothing else.
        var answer = await silo.AskAsync(HttpMethod.Get, "/v1/experiments/trial/off-policy");
        var rows = await ExportedAsync(silo, answer.GetProperty("from").GetString()!, answer.GetProperty("to").GetString()!);
        var offered = rows.GroupBy(row => row.Context, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Select(row => row.Item).Distinct().Count(), StringComparer.Ordinal);
        double[] weights = [.. rows.Select(row => 1.0 / offered[row.Context] / row.Propensity)];
        var weighted = weights.Zip(rows, (weight, row) => weight * row.Click).Sum();
        var uniform = visit.Page.Locator("tr[data-policy=uniform]");
        Assert.True(rows.Length >= 100, $"Only {rows.Length} rows.");
        Assert.Equal(weighted / rows.Length, await NumberAsync(uniform, "data-ips"), 1e-9);
        Assert.Equal(weighted / weights.Sum(), await NumberAsync(uniform, "data-snips"), 1e-9);
        Assert.Equal(rows.Average(row => row.Click), await NumberAsync(visit.Page.Locator("tr[data-policy=logged]"), "data-dr"), 1e-9);
        Assert.Equal(await NumberAsync(uniform, "data-ips"), Of(answer, "uniform").GetProperty("ips").GetProperty("value").GetDouble(), 1e-12);

        // Any decision: every candidate with its curve, and the same bytes again.
        var decision = (await silo.AskAsync(HttpMethod.Get, "/v1/decisions?limit=500")).GetProperty("items").EnumerateArray().First(one => one.GetProperty("verdict").GetString() == "send" && one.GetProperty("arm").GetString() == "agentic");
        await visit.GotoAsync($"/inspector/{decision.GetProperty("userId").GetString()}?decision={decision.GetProperty("decisionId").GetString()}");
        await Expect(visit.Page.Locator("[data-test=set-tone] g[data-action] path.posterior")).ToHaveCountAsync(3);
        await visit.Test("replay").ClickAsync();
        await Expect(visit.Test("replay-result")).ToHaveAttributeAsync("data-identical", "true");
        await Expect(visit.Test("replay-result")).ToContainTextAsync(new Regex("identical.*sha256:[0-9a-f]{64}", RegexOptions.Singleline));
        await visit.ScreenshotAsync("story-c-replay");
        Assert.Empty(visit.Wrong);
    }

    /// <summary>Users live for six days before the experiment begins, are asked for twice in it, some of them order; then their effects are final and folded.</summary>
    static async Task LiveAsync(StorySilo silo)
    {
        string[] ids = [.. Enumerable.Range(0, Users).Select(i => $"trial-{i}")];
        Task EventsAsync(string name, IEnumerable<string> users, int round, DateTimeOffset at) => silo.AskAsync(
            HttpMethod.Post, "/v1/events?wait=applied", JsonSerializer.Serialize(users.Select(id => new { type = "track", userId = id, @event = name, messageId = $"{name}-{id}-{round}", timestamp = at, properties = new { value = 20 } })));
        var now = await silo.LaterAsync(TimeSpan.Zero);
        for (var day = 0; day < 6; day++)
        {
            // Who is new, looks and orders differs from day to day, so that there is something to be alike in.
            await EventsAsync("Product Viewed", ids.Where((_, i) => i % 6 == day || i % 7 < day - 3), -6 + day, now);
            await EventsAsync("Order Completed", ids.Where((_, i) => i % 6 == day && i % 5 < 2), -6 + day, now);
            now = await silo.LaterAsync(TimeSpan.FromHours(day == 5 ? 7 : 23));
        }

        for (var round = 1; round <= 2; round++)
        {
            now = await silo.LaterAsync(TimeSpan.FromDays(2));
            await silo.AskAsync(HttpMethod.Post, "/v1/next", JsonSerializer.Serialize(new { requests = ids.Select(id => new { userId = id, programId = "trial", activate = true }) }));
            await EventsAsync("Order Completed", ids.Where((_, i) => (i + round) % 3 == 0), round, now.AddMinutes(5));
        }

        await silo.LaterAsync(TimeSpan.FromDays(4));
    }

    static async Task<(string Context, string Item, double Click, double Propensity)[]> ExportedAsync(StorySilo silo, string from, string to)
    {
        var begun = await silo.AskAsync(HttpMethod.Post, "/v1/exports", JsonSerializer.Serialize(new { kind = "decisions", format = "obp", from, to, programIds = new[] { "trial" } }));
        var id = begun.GetProperty("id").GetString();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await silo.AskAsync(HttpMethod.Get, "/v1/operations/" + id)).GetProperty("state").GetString() is "queued" or "running")
        {
            await Task.Delay(50, patience.Token);
        }

        using var http = silo.Http();
        await using var zip = new ZipArchive(new MemoryStream(await http.GetByteArrayAsync($"/v1/exports/{id}/file")));
        using var file = new StreamReader(zip.GetEntry("trial/bts/all/all.csv")!.Open());
        var lines = (await file.ReadToEndAsync()).TrimEnd().Split('\n');
        Assert.Equal(",timestamp,item_id,position,click,propensity_score,user_feature_0", lines[0]);
        return [.. lines.Skip(1).Select(line => line.Split(',', 7)).Select(cells => (cells[6], cells[2], double.Parse(cells[4], CultureInfo.InvariantCulture), double.Parse(cells[5], CultureInfo.InvariantCulture)))];
    }

    static JsonElement Of(JsonElement answer, string policy) => answer.GetProperty("policies").EnumerateArray().Single(one => one.GetProperty("policy").GetString() == policy);

    static async Task<double> NumberAsync(Microsoft.Playwright.ILocator row, string attribute) =>
        double.Parse((await row.Locator($"[{attribute}]").GetAttributeAsync(attribute))!, CultureInfo.InvariantCulture);
}
