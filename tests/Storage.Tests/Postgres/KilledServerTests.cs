using System.Collections.Concurrent;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Postgres.Fixture;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Postgres;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Tests.Postgres;

/// <summary>The server is killed with SIGKILL, or stopped, under load, and started again; the store is never opened anew.</summary>
[Trait("proves", "R1")]
[Trait("proves", "R2")]
public sealed class KilledServerTests
{
    const int Callers = 12, Partitions = 4;

    readonly ConcurrentDictionary<string, int> appended = new();
    readonly ConcurrentDictionary<int, long> committed = new();
    int unavailable;

    [Fact]
    public Task What_was_acknowledged_before_two_kills_is_there_and_the_store_recovers_by_itself() => KillAsync(kills: 2, acknowledgedBefore: 300);

    [Fact]
    [Trait("layer", "long")]
    public Task What_was_acknowledged_before_ten_kills_is_there_and_the_store_recovers_by_itself() => KillAsync(kills: 10, acknowledgedBefore: 2_000);

    async Task KillAsync(int kills, int acknowledgedBefore)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionStrings = [await server.CreateDatabaseAsync()], Partitions = Partitions }, TimeProvider.System);
        var log = new PostgresEventLog(database, new PostgresPartitionCursors(database));
        var store = new PostgresAgentStore(database);
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, Callers).SelectMany(caller => new[] { AppendAsync(log, caller, stop.Token), CommitAsync(store, caller, stop.Token) }));
        for (var kill = 0; kill < kills; kill++)
        {
            var before = Acknowledged;
            while (Acknowledged < before + acknowledgedBefore && !load.IsCompleted)
            {
                await Task.Delay(5);
            }

            await (kill % 2 == 0 ? server.KillAsync() : server.StopAsync());
            await server.UpAsync();
        }

        var last = Acknowledged;
        while (Acknowledged < last + 100 && !load.IsCompleted)
        {
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        await load;
        Assert.True(unavailable > 0, "Nobody noticed that the server was gone.");
        await CheckLogAsync(log);
        await CheckAgentsAsync(store);
    }

    long Acknowledged => appended.Count + committed.Values.Sum();

    async Task AppendAsync(PostgresEventLog log, int caller, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var call = $"{caller}.{i}";
            var count = 1 + i % 6;
            try
            {
                await log.AppendAsync([.. Enumerable.Range(0, count).Select(k => Event(call, k))], [], default);
                appended.TryAdd(call, count);
            }
            catch (StoreUnavailableException)
            {
                await PauseAsync();
            }
        }
    }

    async Task CommitAsync(PostgresAgentStore store, int caller, CancellationToken stop)
    {
        var key = $"default/u:{caller}";
        long? version = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                // Whether a commit that failed was stored is not known: read again, as agents do.
                var from = version ?? (await store.ReadAsync(key, default))?.Version ?? 0;
                version = null;
                var decision = $"dec_{caller}_{from + 1}";
                version = await store.CommitAsync(new AgentCommit
                {
                    Key = key,
                    ExpectedVersion = from,
                    Record = Encoding.UTF8.GetBytes($"{from + 1}:{new string('r', 300)}"),
                    Partition = caller,
                    PanelRank = caller,
                    Journal = Encoding.UTF8.GetBytes($"[{from + 1}]"),
                    JournalEntries = 1,
                    Decisions = [new StoredDecision(decision, key, new Instant(from), "p", "{}"u8.ToArray())],
                    Outbox = [new OutboxRow(decision, key, "push", new Instant(from), OutboxStatus.Waiting, 0)],
                    OutboxDone = [$"dec_{caller}_{from}"],
                }, default);
                committed[caller] = version.Value;
            }
            catch (StoreUnavailableException)
            {
                await PauseAsync();
            }
        }
    }

    async Task PauseAsync()
    {
        Interlocked.Increment(ref unavailable);
        await Task.Delay(20);
    }

    async Task CheckLogAsync(PostgresEventLog log)
    {
        var events = new List<StoredEvent>();
        for (var partition = 0; partition < Partitions; partition++)
        {
            await using var reader = await log.OpenAsync(partition, default);
            for (long from = 0; await reader.ReadAsync(from, 1_000, default) is { Count: > 0 } some; from += some.Count)
            {
                Assert.Equal(Enumerable.Range(0, some.Count).Select(i => from + i), some.Select(one => one.Offset));
                events.AddRange(some);
            }
        }

        // Each call is there with all of its events or not at all; the acknowledged ones are, once.
        var calls = events.GroupBy(one => one.Event.MessageId!.Split('#')[0]).ToDictionary(call => call.Key, call => call.Count());
        Assert.Equal(events.Count, events.Select(one => one.Event.MessageId).Distinct().Count());
        Assert.All(appended, call => Assert.Equal(call.Value, calls.GetValueOrDefault(call.Key)));
    }

    async Task CheckAgentsAsync(PostgresAgentStore store)
    {
        long versions = 0;
        for (var caller = 0; caller < Callers; caller++)
        {
            var key = $"default/u:{caller}";
            var agent = (await store.ReadAsync(key, default))!;
            Assert.True(agent.Version >= committed[caller], $"{key} lost an acknowledged commit.");
            versions += agent.Version;
            Assert.StartsWith($"{agent.Version}:", Encoding.UTF8.GetString(agent.Record.Span), StringComparison.Ordinal);
            var journal = await store.JournalAsync(key, long.MaxValue, int.MaxValue, default);
            Assert.Equal(Enumerable.Range(1, (int)agent.Version).Reverse().Select(i => ((long)i, $"[{i}]")), journal.Select(row => (row.FirstSequence, Encoding.UTF8.GetString(row.Entries.Span))));
        }

        Assert.Equal(new StoreTotals(Callers, versions, 0, Callers), await store.TotalsAsync("default", default));
        Assert.Equal(Callers, (await store.OutboxDueAsync(Instant.Latest, 100, default)).Count);
    }

    static LoggedEvent Event(string call, int number) => new()
    {
        Tenant = "default",
        Agent = $"u:{call}.{number}",
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = "Order Placed",
        MessageId = $"{call}#{number}",
        OccurredAt = new Instant(1),
        ReceivedAt = new Instant(2),
        Payload = new byte[200],
    };
}
