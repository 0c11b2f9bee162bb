using System.Diagnostics;
using System.Globalization;
using Aampe.Agents.Bench.Peers;

namespace Aampe.Agents.Bench.Product;

/// <summary>Questions over HTTP beside the smallest answer that Kestrel gives, by the same client in the same run.</summary>
static class NextRows
{
    const int Users = 40_000, WarmUp = 6_000, Asks = 3_000, Repeats = 3, Connections = 32;

    public static async Task RunAsync(Report report, string dll, string programs)
    {
        var floor = await FloorAsync();
        await using var servers = await ProductServers.StartAsync(dll, 1, ("Programs:Path", programs));
        using (var load = new EventLoad(servers.Silos))
        {
            await load.SendAsync(Users, 500, 1, Users, 4);
        }

        await servers.SettledAsync();
        await servers.QuietAsync();
        using var ask = new HttpAsk(servers.Silos[0].Port, Connections);
        await ask.ConnectAsync();
        var asked = 0;
        foreach (var (name, body, target) in new[] { ("durable decision", "{}", 0.3), ("dry run", "{\"dryRun\":true}", 0.6) })
        {
            await ask.SendAsync(WarmUp, i => Next(asked + i, body));
            asked += WarmUp;
            var (rates, cpu) = (new double[Repeats], new double[Repeats]);
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                var (before, since, from) = (servers.SiloCpu() + servers.PostgresCpu(), Stopwatch.StartNew(), asked);
                await ask.SendAsync(Asks, i => Next(from + i, body));
                asked += Asks;
                rates[repeat] = Asks / since.Elapsed.TotalSeconds;
                cpu[repeat] = (servers.SiloCpu() + servers.PostgresCpu() - before) * 1e6 / Asks;
            }

            var rate = report.Add($"next, {name}: answers a second", rates, "1/s", floor, new Target(target, false, true));
            report.Add($"next, {name}: CPU an answer, silo and PostgreSQL", cpu, "µs", null);
            if (body == "{}")
            {
                var took = await ask.SendAsync((int)Math.Min(Asks, rate * 3), i => Next(asked + i, "{\"dryRun\":true}"), 0.7 * rate);
                report.Add($"next, {name}: 99th percentile at 70 % load", [took.Order().ElementAt((int)(took.Length * 0.99)) * 1000], "ms", null, new Target(10, true, false));
            }
        }
    }

    static byte[] Next(int number, string body) => HttpAsk.Post(string.Create(CultureInfo.InvariantCulture, $"/v1/users/user-{number % Users:0000000}/next"), ProductServers.ServerKey, body);

    static async Task<double> FloorAsync()
    {
        var port = PeerServer.FreePort();
        await using var server = await PeerServer.StartAsync(
            Directory.CreateTempSubdirectory("peer-http-").FullName, port, 15, "dotnet", typeof(EmptyEndpoint).Assembly.Location, EmptyEndpoint.Role, port.ToString(CultureInfo.InvariantCulture));
        using var ask = new HttpAsk(port, Connections);
        await ask.ConnectAsync();
        await ask.SendAsync(20_000, _ => HttpAsk.Post("/", "none", "{}"));
        var since = Stopwatch.StartNew();
        await ask.SendAsync(40_000, _ => HttpAsk.Post("/", "none", "{}"));
        return 40_000 / since.Elapsed.TotalSeconds;
    }
}
