using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Bench.Product;

/// <summary>Ticked decisions of the whole silo on the simulated clock: CPU for each, with its record, its outbox entry, its hand-over and what is folded meanwhile.</summary>
static class DecideRows
{
    // Two simulated days before anything is measured: half of the CPU of the first thousands of decisions is the compiler's.
    const int WarmDays = 2;

    public static async Task RunAsync(Report report, string dll, string program, string commit, int users, int days, string posteriors)
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(program))!.AsObject();
        foreach (var posterior in posteriors.Split(','))
        {
            var folder = Directory.CreateTempSubdirectory("bench-program-");
            document["learning"] ??= new JsonObject();
            document["learning"]!["posterior"] = posterior;
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "program.json"), document.ToJsonString());
            await using var servers = await ProductServers.StartAsync(dll, 1, ("Clock:Kind", "simulated"), ("Programs:Path", folder.FullName), ("Agents:Commit", commit), ("Agents:CohortMinutes", "360"));
            using (var load = new EventLoad(servers.Silos))
            {
                await load.SendAsync(users, 500, 1, users, 4);
            }

            using var http = new HttpClient { BaseAddress = servers.Silos[0], Timeout = TimeSpan.FromMinutes(10) };
            http.DefaultRequestHeaders.Authorization = new("Bearer", ProductServers.ServerKey);
            var now = DateTimeOffset.UtcNow.AddDays(WarmDays);
            await MoveAsync(http, now);
            var (silo, postgres, rates) = (new double[days], new double[days], new double[days]);
            for (var day = 0; day < days; day++)
            {
                now = now.AddDays(1);
                var (siloBefore, postgresBefore, since) = (servers.SiloCpu(), servers.PostgresCpu(), Stopwatch.StartNew());
                var decisions = await MoveAsync(http, now);
                rates[day] = decisions / since.Elapsed.TotalSeconds;
                silo[day] = (servers.SiloCpu() - siloBefore) * 1e6 / decisions;
                postgres[day] = (servers.PostgresCpu() - postgresBefore) * 1e6 / decisions;
                Console.Error.WriteLine($"{posterior}, day {day}: {decisions} decisions, {rates[day]:0}/s, {silo[day]:0} + {postgres[day]:0} us");
            }

            report.Add($"tick, {posterior}, {commit.ToLowerInvariant()}: CPU a decision, whole silo", [.. silo.Zip(postgres, (a, b) => a + b)], "µs", null, new Target(24, true, false));
            report.Add($"tick, {posterior}, {commit.ToLowerInvariant()}: of it in PostgreSQL", postgres, "µs", null);
            report.Add($"tick, {posterior}, {commit.ToLowerInvariant()}: decisions a second, whole silo", rates, "1/s", null);
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
