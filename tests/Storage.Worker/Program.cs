using System.Globalization;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Sqlite;
using Aampe.Agents.Storage.State;

// Writes to a store until it is killed, and says line by line what was acknowledged:
//   append <call> <events>      commit <agent> <version>      cursor <partition> <next>
var (directory, run, callers) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
await using var database = new SqliteDatabase(new SqliteOptions { Directory = directory, Partitions = 4 });
var log = new SqliteEventLog(database, TimeProvider.System);
var store = new SqliteAgentStore(database);
var said = new Lock();
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };

await Task.WhenAll(Enumerable.Range(0, callers).Select(AppendAsync)
    .Concat(Enumerable.Range(0, callers).Select(CommitAsync))
    .Concat(Enumerable.Range(0, log.Partitions).Select(FollowAsync)));

async Task AppendAsync(int caller)
{
    for (var i = 0; ; i++)
    {
        var call = $"{run}.{caller}.{i}";
        var count = 1 + i % 6;
        await log.AppendAsync([.. Enumerable.Range(0, count).Select(k => Event(call, k))], [Letter(call)], default);
        Say($"append {call} {count}");
    }
}

async Task CommitAsync(int caller)
{
    var key = $"default/u:{caller}";
    for (var version = (await store.ReadAsync(key, default))?.Version ?? 0; ;)
    {
        var decision = $"dec_{caller}_{version + 1}";
        version = await store.CommitAsync(new AgentCommit
        {
            Key = key,
            ExpectedVersion = version,
            Record = Encoding.UTF8.GetBytes($"{version + 1}:{new string('r', 1_000)}"),
            Partition = caller,
            Due = new Instant(version),
            PanelRank = caller,
            Journal = Encoding.UTF8.GetBytes($"[{version + 1}]"),
            JournalEntries = 1,
            Decisions = [new StoredDecision(decision, key, new Instant(version), "p", "{}"u8.ToArray())],
            Outbox = [new OutboxRow(decision, key, "push", new Instant(version), OutboxStatus.Waiting, 0)],
            OutboxDone = [$"dec_{caller}_{version}"],
        }, default);
        Say($"commit {caller} {version}");
    }
}

async Task FollowAsync(int partition)
{
    await using var reader = await log.OpenAsync(partition, default);
    while (true)
    {
        await log.WaitAsync(partition, reader.Committed, Timeout.InfiniteTimeSpan, default);
        if (await reader.ReadAsync(reader.Committed, 50, default) is [.., var last])
        {
            await reader.CommitAsync(last.Offset + 1, default);
            Say($"cursor {partition} {reader.Committed}");
        }
    }
}

void Say(string line)
{
    lock (said)
    {
        output.WriteLine(line);
    }
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

static DeadLetter Letter(string call) => new()
{
    Id = call,
    Tenant = "default",
    Source = "web",
    Reason = "unknown_type",
    Detail = "",
    At = new Instant(1),
    Trusted = true,
    Payload = default,
};
