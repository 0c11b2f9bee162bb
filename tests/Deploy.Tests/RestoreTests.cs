using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Aampe.Agents.Postgres.Fixture;
using Npgsql;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>The drill of docs/operations.md: a dump of a database that two silos write to, brought into another one.</summary>
public sealed class RestoreTests
{
    const int Users = 20;

    [Fact]
    [Trait("layer", "long")]
    [Trait("proves", "R17")]
    public async Task Every_event_acknowledged_before_a_dump_is_in_the_cluster_restored_from_it()
    {
        await using var server = await PostgresServer.StartAsync();
        var (running, restored) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        var dump = Path.Combine(Path.GetTempPath(), $"agents-dump-{Path.GetRandomFileName()}");
        int before;
        try
        {
            await using (var one = await SiloOfCluster.StartAsync(running))
            await using (var two = await SiloOfCluster.StartAsync(running))
            {
                using var stop = new CancellationTokenSource();
                var acknowledged = new int[2];
                var flows = new[] { FlowAsync(one, 0, acknowledged, stop.Token), FlowAsync(two, 1, acknowledged, stop.Token) };
                while (Volatile.Read(ref acknowledged[0]) < 200 || Volatile.Read(ref acknowledged[1]) < 200)
                {
                    Assert.DoesNotContain(flows, flow => flow.IsFaulted);
                    await Task.Delay(50);
                }

                before = Math.Min(Volatile.Read(ref acknowledged[0]), Volatile.Read(ref acknowledged[1]));
                await RunAsync("pg_dump", "--format=custom", $"--file={dump}", $"--dbname={Url(running)}");
                await stop.CancelAsync();
                await Task.WhenAll(flows);
            }

            await RunAsync("pg_restore", "--exit-on-error", "--no-owner", $"--dbname={Url(restored)}", dump);
        }
        finally
        {
            File.Delete(dump);
        }

        await using var again = await SiloOfCluster.StartAsync(restored);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var expected = Enumerable.Range(0, before).SelectMany(number => (string[])[$"0-{number}", $"1-{number}"]).ToHashSet(StringComparer.Ordinal);
        // A new owner of the partitions repeats what their agents had not in their rows yet.
        for (var tries = 0; tries < 60 && !expected.IsSubsetOf(found); tries++)
        {
            await Task.Delay(500);
            foreach (var user in Enumerable.Range(0, Users))
            {
                found.UnionWith(await MessagesAsync(again, $"u{user}"));
            }
        }

        Assert.Empty(expected.Except(found));
        Assert.Equal(1, await again.SendAsync("after", "u0"));
    }

    static async Task FlowAsync(SiloOfCluster silo, int flow, int[] acknowledged, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            Assert.Equal(1, await silo.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{flow}-{number}"), $"u{number % Users}"));
            Volatile.Write(ref acknowledged[flow], number + 1);
        }
    }

    static async Task<HashSet<string>> MessagesAsync(SiloOfCluster silo, string user)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var after = ""; ;)
        {
            var page = await silo.Http.GetFromJsonAsync<JsonElement>(new Uri($"/v1/users/{user}/timeline?limit=200{after}", UriKind.Relative));
            foreach (var item in page.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("kind").GetString() == "event"))
            {
                Assert.True(found.Add(item.GetProperty("messageId").GetString()!), "An event was taken twice.");
            }

            if (page.GetProperty("next").GetString() is not { } next)
            {
                return found;
            }

            after = $"&after={Uri.EscapeDataString(next)}";
        }
    }

    // The programs of PostgreSQL do not read the driver's connection strings.
    static string Url(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgresql://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}";
    }

    static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }
}
