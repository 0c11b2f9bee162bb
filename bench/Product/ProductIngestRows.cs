using System.Diagnostics;

namespace Aampe.Agents.Bench.Product;

/// <summary>From an HTTP batch to events that are applied and durable, rows included: CPU an event of silo and PostgreSQL, and events a second.</summary>
static class ProductIngestRows
{
    const int Repeats = 3;

    /// <param name="report">Where to.</param>
    /// <param name="dll">Aampe.Agents.Silo.dll.</param>
    /// <param name="commit">Ledger or Row.</param>
    /// <param name="silos">Silos.</param>
    /// <param name="users">Users.</param>
    /// <param name="events">Events of a repeat.</param>
    public static async Task RunAsync(Report report, string dll, string commit, int silos, int users, int events)
    {
        await using var servers = await ProductServers.StartAsync(dll, silos, ("Agents:Commit", commit), ("Agents:CheckpointSeconds", "20"), ("Agents:CheckpointAgents", "1000000"));
        using var load = new EventLoad(servers.Silos);
        await load.SendAsync(users - users % 500, 500, 1, users, 8);
        await servers.SettledAsync();
        foreach (var (name, run) in new[] { ("bursty", 10), ("sparse", 1) })
        {
            var (silo, postgres, rates) = (new double[Repeats], new double[Repeats], new double[Repeats]);
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                var (siloBefore, postgresBefore, since) = (servers.SiloCpu(), servers.PostgresCpu(), Stopwatch.StartNew());
                await load.SendAsync(events, 500, run, users, 8);
                await servers.SettledAsync();
                rates[repeat] = events / since.Elapsed.TotalSeconds;
                silo[repeat] = (servers.SiloCpu() - siloBefore) * 1e6 / events;
                postgres[repeat] = (servers.PostgresCpu() - postgresBefore) * 1e6 / events;
            }

            var of = $"{name}, {commit.ToLowerInvariant()}, {silos} silo{(silos > 1 ? "s" : "")}, {users / 1000}k users";
            report.Add($"ingest {of}: CPU an event", [.. silo.Zip(postgres, (a, b) => a + b)], "µs", null);
            report.Add($"ingest {of}: of it in PostgreSQL", postgres, "µs", null);
            report.Add($"ingest {of}: events a second", rates, "1/s", null);
        }
    }
}
