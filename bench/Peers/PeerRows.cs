namespace Aampe.Agents.Bench.Peers;

/// <summary>Floors of the machine, and what a user would build instead: small, fair, each on a server of its own.</summary>
static class PeerRows
{
    /// <summary>Runs all rows.</summary>
    /// <returns>0, or 2 when a server is not installed; it is named on the error stream.</returns>
    public static async Task<int> RunAsync(Report report)
    {
        await EmptyEndpoint.RunAsync(report);
        var redis = await RedisPeer.RunAsync(report);
        var postgres = await PostgresPeer.RunAsync(report);
        if (!redis)
        {
            Console.Error.WriteLine("redis-server is not installed: its rows are missing.");
        }

        if (!postgres)
        {
            Console.Error.WriteLine("PostgreSQL 15 is not installed: its rows are missing.");
        }

        return redis && postgres ? 0 : 2;
    }
}
