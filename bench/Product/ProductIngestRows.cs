using System.Diagnostics;

namespace Aampe.Agents.Bench.Product;

/// <summary>From an HTTP batch to events that are applied and durable, rows included: CPU an event of silo and PostgreSQL, and events a second.</summary>
static class ProductIngestRows
{
    const int Repeats = 3, Batch = 500, Connections = 8;

    /// <param name="report">Where to.</param>
    /// <param name="dll">Aampe.Agents.Silo.dll.</param>
    /// <param name="commit">Ledger or Row.</param>
    /// <param name="silos">Silos.</param>
    /// <param name="users">Users.</param>
    /// <param name="events">Events of a repeat.</param>
    /// <param name="warmUp">Events of each of the two rounds before, at least one a user.</param>
    public static async Task RunAsync(Report report, string dll, string commit, int silos, int users, int events, int warmUp)
    {
        await using var servers = await ProductServers.StartAsync(dll, silos, ("Agents:Commit", commit), ("Agents:CheckpointSeconds", "20"), ("Agents:CheckpointAgents", "1000000"));
        using var load = new EventLoad(servers.Silos);

        // A silo runs for weeks: what its compiler does in the first minute is not the price of an event.
        var warm = Math.Max(users, warmUp) / Batch * Batch;
        Console.Error.WriteLine($"warming up with {warm:N0} events");
        await load.SendAsync(warm, Batch, 1, users, Connections);
        await load.SendAsync(warm, Batch, 10, users, Connections);
        await servers.SettledAsync();
        var idle = TimeSpan.FromSeconds(20);
        var (siloIdle, postgresIdle) = (servers.SiloCpu(), servers.PostgresCpu());
        await Task.Delay(idle);
        report.Add($"idle silo with {users / 1000}k users: CPU a second", [(servers.SiloCpu() - siloIdle) * 1e3 / idle.TotalSeconds], "ms", null);
        report.Add("idle silo: of PostgreSQL a second", [(servers.PostgresCpu() - postgresIdle) * 1e3 / idle.TotalSeconds], "ms", null);
        foreach (var (name, run) in new[] { ("bursty", 10), ("sparse", 1) })
        {
            var (silo, postgres, durable, applied) = (new double[Repeats], new double[Repeats], new double[Repeats], new double[Repeats]);
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                var (siloBefore, postgresBefore, since) = (servers.SiloCpu(), servers.PostgresCpu(), Stopwatch.StartNew());
                await load.SendAsync(events, Batch, run, users, Connections);
                var accepted = since.Elapsed;
                await servers.SettledAsync();
                (durable[repeat], applied[repeat]) = (events / accepted.TotalSeconds, events / since.Elapsed.TotalSeconds);
                silo[repeat] = (servers.SiloCpu() - siloBefore) * 1e6 / events;
                postgres[repeat] = (servers.PostgresCpu() - postgresBefore) * 1e6 / events;
                Console.Error.WriteLine(
                    $"{name} {repeat + 1} of {Repeats}: {events:N0} events accepted after {accepted.TotalSeconds:F1} s, in rows after {since.Elapsed.TotalSeconds:F1} s; {silo[repeat]:F1} + {postgres[repeat]:F1} µs CPU an event");
            }

            var of = $"{name}, {commit.ToLowerInvariant()}, {silos} silo{(silos > 1 ? "s" : "")}, {users / 1000}k users";
            report.Add($"ingest {of}: CPU an event", [.. silo.Zip(postgres, (a, b) => a + b)], "µs", null);
            report.Add($"ingest {of}: of it in PostgreSQL", postgres, "µs", null);
            report.Add($"ingest {of}: events made durable a second", durable, "1/s", null);
            report.Add($"ingest {of}: events a second until they are in rows, the wait for a checkpoint included", applied, "1/s", null);
        }
    }
}
