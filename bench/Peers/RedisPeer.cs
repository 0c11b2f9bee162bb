using System.Globalization;

namespace Aampe.Agents.Bench.Peers;

/// <summary>
/// What a user would build on Redis: a key for each message id seen, counters and last seen in a hash of the user, a list of the last 64
/// events; a tick reads the hash, writes the decision into it and pushes to an outbox. 500 in a pipeline, append-only file synced every second.
/// </summary>
static class RedisPeer
{
    const int Pipeline = 500, Users = 100_000;
    static readonly string[] names = ["App Opened", "Product Viewed", "Order Placed", "Push Opened"];

    /// <summary>Runs the rows; false when redis-server is not installed.</summary>
    public static async Task<bool> RunAsync(Report report)
    {
        if (!File.Exists("/usr/bin/redis-server"))
        {
            return false;
        }

        var (directory, port) = (Directory.CreateTempSubdirectory("peer-redis-").FullName, PeerServer.FreePort());
        await using var server = await PeerServer.StartAsync(
            directory, port, 15, "/usr/bin/redis-server", "--port", $"{port}", "--bind", "127.0.0.1", "--dir", directory, "--appendonly", "yes", "--appendfsync", "everysec", "--save", "");
        using var client = new RespClient(port);
        var (cpu, random, turn) = (new ServerCpu(server.Id), new Random(1), 0L);
        await PeerRun.MeasureAsync(report, "Redis, 500 in a pipeline, 10 events a user", "event", cpu, () => EventsAsync(10));
        await PeerRun.MeasureAsync(report, "Redis, 500 in a pipeline, each event another user", "event", cpu, () => EventsAsync(1));
        await PeerRun.MeasureAsync(report, "Redis, 500 ticked decisions in a pipeline", "decision", cpu, DecisionsAsync);
        return true;

        async Task<int> EventsAsync(int eachUser)
        {
            // Whether an event is new must be known before it counts: two round trips a pipeline.
            var users = new string[Pipeline];
            for (var i = 0; i < Pipeline; i++)
            {
                users[i] = i % eachUser == 0 ? User() : users[i - 1];
                client.Add("SET", string.Create(CultureInfo.InvariantCulture, $"m:{users[i]}:{++turn}"), "1", "NX", "EX", "86400");
            }

            await client.FlushAsync();
            var fresh = new bool[Pipeline];
            for (var i = 0; i < Pipeline; i++)
            {
                fresh[i] = await client.ReplyAsync() >= 0;
            }

            var commands = 0;
            for (var i = 0; i < Pipeline; i++)
            {
                if (fresh[i])
                {
                    var at = turn.ToString(CultureInfo.InvariantCulture);
                    client.Add("HINCRBY", "u:" + users[i], names[i % names.Length], "1");
                    client.Add("HSET", "u:" + users[i], "seen", at);
                    client.Add("LPUSH", "l:" + users[i], $"{{\"event\":\"{names[i % names.Length]}\",\"at\":{at},\"price\":19.95}}");
                    client.Add("LTRIM", "l:" + users[i], "0", "63");
                    commands += 4;
                }
            }

            await RepliesAsync(commands);
            return Pipeline;
        }

        async Task<int> DecisionsAsync()
        {
            var users = new string[Pipeline];
            for (var i = 0; i < Pipeline; i++)
            {
                client.Add("HGETALL", "u:" + (users[i] = User()));
            }

            await RepliesAsync(Pipeline);
            foreach (var user in users)
            {
                var id = (++turn).ToString(CultureInfo.InvariantCulture);
                client.Add("HSET", "u:" + user, "decision", id, "message", "weekend-offer", "decided", id);
                client.Add("LPUSH", "outbox", $"{{\"user\":\"{user}\",\"decision\":{id},\"message\":\"weekend-offer\",\"channel\":\"push\"}}");
            }

            client.Add("LTRIM", "outbox", "0", "9999");
            await RepliesAsync(2 * Pipeline + 1);
            return Pipeline;
        }

        async Task RepliesAsync(int replies)
        {
            await client.FlushAsync();
            for (var i = 0; i < replies; i++)
            {
                await client.ReplyAsync();
            }
        }

        string User() => random.Next(Users).ToString(CultureInfo.InvariantCulture);
    }
}
