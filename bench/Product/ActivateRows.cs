namespace Aampe.Agents.Bench.Product;

/// <summary>What it costs to bring an agent back from the store: an event for an agent that is not in memory, less one for an agent that is.</summary>
static class ActivateRows
{
    const int Repeats = 3, Group = 10_000, Batch = 500, Connections = 8, WarmUp = 200_000;

    /// <param name="report">Where to.</param>
    /// <param name="dll">Aampe.Agents.Silo.dll.</param>
    public static async Task RunAsync(Report report, string dll)
    {
        await using var servers = await ProductServers.StartAsync(dll, 1, ("Agents:CheckpointSeconds", "5"));
        using (var load = new EventLoad(servers.Silos))
        {
            Console.Error.WriteLine($"giving {(Repeats + 1) * Group:N0} users ten events each");
            await load.SendAsync((Repeats + 1) * Group * 10, Batch, 10, (Repeats + 1) * Group, Connections);
            await servers.SettledAsync();
        }

        await servers.RestartAsync();
        using var again = new EventLoad(servers.Silos, 1L << 40);
        Console.Error.WriteLine($"warming the new silo up with {WarmUp:N0} events of {Group:N0} of them");
        await again.SendAsync(WarmUp, Batch, 1, Group, Connections);
        await servers.SettledAsync();
        var (warm, cold) = (new double[Repeats], new double[Repeats]);
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            warm[repeat] = await CpuAsync(0);
            cold[repeat] = await CpuAsync((repeat + 1) * Group);
        }

        report.Add("event of an agent in memory: CPU, silo and PostgreSQL", warm, "µs", null);
        report.Add("event of an agent that is not: CPU, silo and PostgreSQL", cold, "µs", null);
        report.Add("activation from the store: CPU", [.. cold.Zip(warm, (one, other) => one - other)], "µs", null, new Target(100, true, false));

        async Task<double> CpuAsync(int firstUser)
        {
            var before = servers.SiloCpu() + servers.PostgresCpu();
            await again.SendAsync(Group, Batch, 1, Group, Connections, firstUser);
            await servers.SettledAsync();
            return (servers.SiloCpu() + servers.PostgresCpu() - before) * 1e6 / Group;
        }
    }
}
