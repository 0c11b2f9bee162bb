using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Bench.Product;

/// <summary>Ticked decisions of the whole silo on the simulated clock: CPU for each, with its record, its outbox entry, its hand-over and what is folded meanwhile.</summary>
static class DecideRows
{
    const int Users = 4_000, Days = 3;

    public static async Task RunAsync(Report report, string dll, string program, string commit)
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(program))!.AsObject();
        foreach (var posterior in new[] { "joint", "beta" })
        {
            var folder = Directory.CreateTempSubdirectory("bench-program-");
            document["learning"] ??= new JsonObject();
            document["learning"]!["posterior"] = posterior;
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "program.json"), document.ToJsonString());
            await using var servers = await ProductServers.StartAsync(dll, 1, ("Clock:Kind", "simulated"), ("Programs:Path", folder.FullName), ("Agents:Commit", commit), ("Agents:CohortMinutes", "360"));
            using (var load = new EventLoad(servers.Silos))
            {
                await load.SendAsync(Users, 500, 1, Users, 4);
            }

            using var http = new HttpClient { BaseAddress = servers.Silos[0], Timeout = TimeSpan.FromMinutes(10) };
            http.DefaultRequestHeaders.Authorization = new("Bearer", ProductServers.ServerKey);
            var now = DateTimeOffset.UtcNow.AddDays(2);
            await MoveAsync(http, now);
            var (silo, postgres) = (new double[Days], new double[Days]);
            for (var day = 0; day < Days; day++)
            {
                now = now.AddDays(1);
                var (siloBefore, postgresBefore) = (servers.SiloCpu(), servers.PostgresCpu());
                var decisions = await MoveAsync(http, now);
                silo[day] = (servers.SiloCpu() - siloBefore) * 1e6 / decisions;
                postgres[day] = (servers.PostgresCpu() - postgresBefore) * 1e6 / decisions;
            }

            report.Add($"tick, {posterior}, {commit.ToLowerInvariant()}: CPU a decision, whole silo", [.. silo.Zip(postgres, (a, b) => a + b)], "µs", null, new Target(24, true, false));
            report.Add($"tick, {posterior}, {commit.ToLowerInvariant()}: of it in PostgreSQL", postgres, "µs", null);
            folder.Delete(recursive: true);
        }
    }

    static async Task<int> MoveAsync(HttpClient http, DateTimeOffset to)
    {
        using var answer = await http.PostAsJsonAsync("v1/clock", new { now = to.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) });
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? Math.Max(1, JsonNode.Parse(text)!["decisions"]!.GetValue<int>()) : throw new InvalidOperationException($"/v1/clock answered {(int)answer.StatusCode}: {text}");
    }
}
