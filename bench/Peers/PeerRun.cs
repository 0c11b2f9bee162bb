using System.Diagnostics;

namespace Aampe.Agents.Bench.Peers;

/// <summary>Measures a peer: operations per second, and CPU of server and client for each.</summary>
static class PeerRun
{
    const int Repeats = 3;
    static readonly TimeSpan span = TimeSpan.FromSeconds(2), warm = TimeSpan.FromSeconds(1);

    /// <summary>Runs batches and tells what one operation took.</summary>
    /// <param name="report">Where to.</param>
    /// <param name="name">What runs.</param>
    /// <param name="each">Name of one operation.</param>
    /// <param name="cpu">The server's clock.</param>
    /// <param name="batchAsync">Runs one batch; gives the operations it did.</param>
    /// <returns>Median of the operations per second.</returns>
    public static async Task<double> MeasureAsync(Report report, string name, string each, ServerCpu cpu, Func<Task<int>> batchAsync)
    {
        await SomeAsync(warm, batchAsync);
        var (rates, servers, clients) = (new double[Repeats], new double[Repeats], new double[Repeats]);
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var (server, client) = (cpu.Server(), ServerCpu.Client());
            var (done, seconds) = await SomeAsync(span, batchAsync);
            rates[repeat] = done / seconds;
            clients[repeat] = (ServerCpu.Client() - client) * 1e6 / done;
            servers[repeat] = (cpu.Server() - server) * 1e6 / done;
        }

        report.Add($"CPU: {name}", [.. servers.Zip(clients, (server, client) => server + client)], $"µs per {each}", null);
        report.Add($"CPU of the server alone: {name}", servers, $"µs per {each}", null);
        return report.Add($"rate: {name}", rates, $"{each}s per s", null);
    }

    static async Task<(long Done, double Seconds)> SomeAsync(TimeSpan time, Func<Task<int>> batchAsync)
    {
        var clock = Stopwatch.StartNew();
        long done = 0;
        while (clock.Elapsed < time)
        {
            done += await batchAsync();
        }

        return (done, clock.Elapsed.TotalSeconds);
    }
}
