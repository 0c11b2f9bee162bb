using System.Diagnostics;
using System.Globalization;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Sqlite;

namespace Aampe.Agents.Storage.Tests.Sqlite;

/// <summary>A process writes and is killed with SIGKILL in the middle, again and again over the same directory.</summary>
[Trait("proves", "R1")]
[Trait("proves", "R2")]
public sealed class KilledProcessTests
{
    const int Callers = 6;

    [Fact]
    public Task What_was_acknowledged_before_three_kills_is_there() => KillAsync(kills: 3, seed: 20_260_101);

    [Fact]
    [Trait("layer", "long")]
    public Task What_was_acknowledged_before_thirty_kills_is_there() => KillAsync(kills: 30, seed: 7);

    static async Task KillAsync(int kills, int seed)
    {
        var random = new Random(seed);
        var directory = Directory.CreateTempSubdirectory("agents-killed-").FullName;
        var acknowledged = new Acknowledged();
        for (var run = 0; run < kills; run++)
        {
            await RunAsync(directory, run, linesBeforeKill: 50 + random.Next(1_500), acknowledged);
            await CheckAsync(directory, acknowledged);
        }

        Directory.Delete(directory, recursive: true);
    }

    static async Task RunAsync(string directory, int run, int linesBeforeKill, Acknowledged acknowledged)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { "exec", Path.Combine(AppContext.BaseDirectory, "Aampe.Agents.Storage.Worker.dll"), directory, $"{run}", $"{Callers}" },
        };
        using var worker = Process.Start(start)!;
        try
        {
            for (var line = 0; line < linesBeforeKill; line++)
            {
                acknowledged.Note(await worker.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The worker ended by itself after {line} lines."));
            }
        }
        finally
        {
            worker.Kill();
        }

        // Said before the kill, read after it: acknowledged all the same. A line that was cut is not.
        var rest = await worker.StandardOutput.ReadToEndAsync();
        await worker.WaitForExitAsync();
        Assert.Equal(137, worker.ExitCode);
        foreach (var line in rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            acknowledged.Note(line);
        }
    }

    static async Task CheckAsync(string directory, Acknowledged acknowledged)
    {
        await using var database = new SqliteDatabase(new SqliteOptions { Directory = directory, Partitions = 4, OnBroken = _ => { } });
        using (var reader = database.Read(default))
        {
            using var integrity = reader.Use("pragma integrity_check");
            Assert.True(integrity.Step());
            Assert.Equal("ok", integrity.Text(0));
        }

        await CheckLogAsync(new SqliteEventLog(database, TimeProvider.System), acknowledged);
        await CheckAgentsAsync(new SqliteAgentStore(database), acknowledged);
    }

    static async Task CheckLogAsync(SqliteEventLog log, Acknowledged acknowledged)
    {
        var events = new List<StoredEvent>();
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            await using var reader = await log.OpenAsync(partition, default);
            Assert.InRange(reader.Committed, acknowledged.Cursors.GetValueOrDefault(partition), await log.EndAsync(partition, default));
            for (long from = 0; await reader.ReadAsync(from, 1_000, default) is { Count: > 0 } some; from += some.Count)
            {
                Assert.Equal(Enumerable.Range(0, some.Count).Select(i => from + i), some.Select(one => one.Offset));
                events.AddRange(some);
            }
        }

        // Nothing twice; each call is there with all of its events and its dead letter, or not at all; the acknowledged ones are.
        Assert.Equal(events.Count, events.Select(one => one.Event.MessageId).Distinct().Count());
        var calls = events.GroupBy(one => one.Event.MessageId!.Split('#')[0]).ToDictionary(call => call.Key, call => call.Count());
        Assert.All(calls, call => Assert.Equal(1 + int.Parse(call.Key.Split('.')[2], CultureInfo.InvariantCulture) % 6, call.Value));
        Assert.All(acknowledged.Appends, call => Assert.Equal(call.Value, calls.GetValueOrDefault(call.Key)));
        Assert.Equal(calls.Count, (await log.CountOpenAsync("default", default)).Values.Sum());
    }

    static async Task CheckAgentsAsync(SqliteAgentStore store, Acknowledged acknowledged)
    {
        long versions = 0;
        for (var caller = 0; caller < Callers; caller++)
        {
            var key = $"default/u:{caller}";
            var agent = await store.ReadAsync(key, default);
            Assert.True((agent?.Version ?? 0) >= acknowledged.Commits.GetValueOrDefault(caller), $"{key} lost an acknowledged commit.");
            if (agent is not null)
            {
                versions += agent.Version;
                Assert.StartsWith($"{agent.Version}:", Encoding.UTF8.GetString(agent.Record.Span), StringComparison.Ordinal);
                var journal = await store.JournalAsync(key, long.MaxValue, int.MaxValue, default);
                Assert.Equal(Enumerable.Range(1, (int)agent.Version).Reverse().Select(i => ((long)i, $"[{i}]")), journal.Select(row => (row.FirstSequence, Encoding.UTF8.GetString(row.Entries.Span))));
                Assert.NotNull(await store.DecisionAsync($"dec_{caller}_{agent.Version}", default));
            }
        }

        var waiting = await store.OutboxDueAsync(Instant.Latest, 100, default);
        var totals = await store.TotalsAsync("default", default);
        Assert.Equal(totals.Agents, waiting.Count);
        Assert.Equal((versions, totals.Agents), (totals.Decisions, totals.OutboxWaiting));
    }

    sealed class Acknowledged
    {
        public Dictionary<string, int> Appends { get; } = [];

        public Dictionary<int, long> Commits { get; } = [];

        public Dictionary<int, long> Cursors { get; } = [];

        public void Note(string line)
        {
            var parts = line.Split(' ');
            var number = long.Parse(parts[2], CultureInfo.InvariantCulture);
            switch (parts[0])
            {
                case "append":
                    Appends.Add(parts[1], (int)number);
                    break;
                case "commit":
                    Commits[int.Parse(parts[1], CultureInfo.InvariantCulture)] = number;
                    break;
                case "cursor":
                    Cursors[int.Parse(parts[1], CultureInfo.InvariantCulture)] = number;
                    break;
                default:
                    throw new InvalidOperationException($"The worker said '{line}'.");
            }
        }
    }
}
