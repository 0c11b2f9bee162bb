using System.Diagnostics;
using System.Text.Json;

namespace Aampe.Agents.Chaos;

/// <summary>The check after a run: what was acknowledged against what the agents have, what they sent against what arrived.</summary>
public sealed class Books(Cluster cluster, EventStream stream, Asker asker)
{
    const int Sample = 50, Parallel = 32, Checkpoints = 60;

    // Longer than Agents:CheckpointSeconds: what a silo holds in memory is in the tables after that.
    static readonly TimeSpan stored = TimeSpan.FromSeconds(8);
    static readonly TimeSpan patience = TimeSpan.FromSeconds(90), look = TimeSpan.FromMilliseconds(250);

    readonly int[] expected = stream.CountByUser();
    readonly User[] users = new User[stream.Users];
    IReadOnlyList<OutboxMessage> outbox = [];

    /// <summary>Events that an agent lacks.</summary>
    public long Lost { get; private set; }

    /// <summary>Events that an agent has too often.</summary>
    public long Doubled { get; private set; }

    /// <summary>Dead letters.</summary>
    public long DeadLetters { get; private set; }

    /// <summary>Messages that agents count as sent.</summary>
    public long Sends { get; private set; }

    /// <summary>Users whose next step is overdue, and messages that are neither sent nor given up, at the end.</summary>
    public long Left => users.Count(user => user.Overdue) + outbox.Count;

    /// <summary>What is wrong, in words.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Waits until the agents have what was acknowledged, or nothing moves any more.</summary>
    public async Task WaitAppliedAsync(CancellationToken stop)
    {
        var moved = Stopwatch.GetTimestamp();
        var before = -1L;
        while (true)
        {
            var open = Enumerable.Range(0, stream.Users).Where(user => users[user].Events < expected[user]).ToArray();
            if (open.Length == 0)
            {
                return;
            }

            await LookAsync(open, stop);
            var now = users.Sum(user => user.Events);
            if (now != before)
            {
                (before, moved) = (now, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(moved) > patience)
            {
                return;
            }

            await Task.Delay(look, stop);
        }
    }

    /// <summary>
    /// Waits until every answer to an order is out and settled, or nothing moves any more. A message whose second attempt failed too comes again five
    /// minutes later: that is waited for.
    /// </summary>
    public async Task WaitSettledAsync(CancellationToken stop)
    {
        var moved = Stopwatch.GetTimestamp();
        var before = (-1L, -1L);
        long? settledSince = null;
        while (true)
        {
            await LookAsync([.. Enumerable.Range(0, stream.Users)], stop);
            outbox = await cluster.OutboxAsync(stop);
            var now = (Left, cluster.Receiver.Calls);
            if (Left == 0 && users.Sum(user => user.Sends) == cluster.Receiver.Decisions.Count + asker.Decisions.Count && await TalliedAsync(stop) == 0)
            {
                settledSince ??= Stopwatch.GetTimestamp();
                if (Stopwatch.GetElapsedTime(settledSince.Value) > stored)
                {
                    return;
                }
            }
            else
            {
                settledSince = null;
            }

            if (now != before || outbox.Any(row => row.Waits && row.Due > DateTimeOffset.UtcNow))
            {
                (before, moved) = (now, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(moved) > patience)
            {
                return;
            }

            await Task.Delay(look, stop);
        }
    }

    /// <summary>Looks at everything once more and writes the findings down.</summary>
    /// <param name="deadLetters">Dead letters that there must be.</param>
    public async Task CloseAsync(long deadLetters, CancellationToken stop)
    {
        await LookAsync([.. Enumerable.Range(0, stream.Users)], stop);
        for (var user = 0; user < stream.Users; user++)
        {
            Lost += Math.Max(0, expected[user] - users[user].Events);
            Doubled += Math.Max(0, users[user].Events - expected[user]);
        }

        var overview = await OverviewAsync(stop);
        DeadLetters = overview.GetProperty("totals").GetProperty("deadLetters").GetInt64();
        Sends = users.Sum(user => user.Sends);
        var sent = cluster.Receiver.Decisions.Count + asker.Decisions.Count;
        Find(Lost > 0, $"{Lost} acknowledged events are in no agent, such as of {NameOf(user => users[user].Events < expected[user])}");
        Find(Doubled > 0, $"{Doubled} events are counted twice, such as of {NameOf(user => users[user].Events > expected[user])}");
        Find(DeadLetters != deadLetters, $"{DeadLetters} dead letters instead of {deadLetters}: {overview.GetProperty("deadLettersByReason")}");
        Find(users.Any(user => user.Overdue), $"{users.Count(user => user.Overdue)} users are overdue, such as {NameOf(user => users[user].Overdue)}");
        Find(outbox.Count > 0, $"{outbox.Count} messages are neither sent nor given up, such as {(outbox.Count > 0 ? outbox[0] : null)}");
        var tallied = await TalliedAsync(stop);
        Find(tallied != outbox.Count(row => row.Waits), $"the overview counts {tallied} waiting messages, the outbox has {outbox.Count(row => row.Waits)}");
        Find(Sends != sent, $"agents count {Sends} messages, {sent} were seen: {cluster.Receiver.Decisions.Count} by the receiver, {asker.Decisions.Count} by the app");
        Find(cluster.Receiver.Different > 0, $"{cluster.Receiver.Different} calls repeated a decision id with another body");
        Find(asker.Changed > 0, $"{asker.Changed} keys were given two decisions");
        await SampleAsync(stop);
    }

    void Find(bool wrong, string words)
    {
        if (wrong)
        {
            Findings.Add(words);
        }
    }

    string NameOf(Func<int, bool> isWrong) => EventStream.Name(Enumerable.Range(0, stream.Users).FirstOrDefault(isWrong));

    // Each message id of some users, and each decision delivered to them, by the record of their life.
    async Task SampleAsync(CancellationToken stop)
    {
        var sample = Enumerable.Range(0, Sample).Select(i => (int)((long)i * stream.Users / Sample)).Distinct().ToArray();
        var wanted = Enumerable.Range(0, stream.Events).Where(number => sample.Contains(stream.UserOf(number))).GroupBy(stream.UserOf).ToDictionary(group => group.Key, group => group.Select(stream.MessageId).ToHashSet(StringComparer.Ordinal));
        foreach (var user in sample)
        {
            // A silo that does not own the user tells of it as of the last checkpoint.
            var told = await TimelineAsync(user, stop);
            for (var tries = 0; told.Count < wanted[user].Count && tries < Checkpoints; tries++)
            {
                await Task.Delay(look, stop);
                told = await TimelineAsync(user, stop);
            }

            var once = told.ToHashSet(StringComparer.Ordinal);
            Find(once.Count < told.Count, $"the timeline of {EventStream.Name(user)} tells {told.Count - once.Count} events twice");
            Find(!once.SetEquals(wanted[user]), $"the timeline of {EventStream.Name(user)} has {once.Count} events of {wanted[user].Count}");
        }
    }

    async Task<List<string>> TimelineAsync(int user, CancellationToken stop)
    {
        var told = new List<string>();
        for (string? after = null; ;)
        {
            var path = $"/v1/users/{EventStream.Name(user)}/timeline?limit=500{(after is null ? "" : "&after=" + after)}";
            var answer = await cluster.Gateway.AskAsync(HttpMethod.Get, path, null, ChaosKeys.Server, null, said => said.Status == 200, stop);
            using var page = JsonDocument.Parse(answer.Body);
            told.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("kind").GetString() == "event").Select(item => item.GetProperty("messageId").GetString()!));
            after = page.RootElement.GetProperty("next").GetString();
            if (after is null)
            {
                return told;
            }
        }
    }

    async Task<long> TalliedAsync(CancellationToken stop) => (await OverviewAsync(stop)).GetProperty("totals").GetProperty("outboxWaiting").GetInt64();

    async Task<JsonElement> OverviewAsync(CancellationToken stop)
    {
        var answer = await cluster.Gateway.AskAsync(HttpMethod.Get, "/v1/overview", null, ChaosKeys.Server, null, said => said.Status == 200, stop);
        using var overview = JsonDocument.Parse(answer.Body);
        return overview.RootElement.Clone();
    }

    Task LookAsync(int[] some, CancellationToken stop) => System.Threading.Tasks.Parallel.ForEachAsync(some, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stop }, async (user, _) =>
    {
        var answer = await cluster.Gateway.AskAsync(HttpMethod.Get, "/v1/users/" + EventStream.Name(user), null, ChaosKeys.Server, null, said => said.Status is 200 or 404, stop);
        users[user] = answer.Status == 200 ? User.Of(answer.Body) : default;
    });

    readonly record struct User(long Events, long Sends, bool Overdue)
    {
        public static User Of(string body)
        {
            using var summary = JsonDocument.Parse(body);
            var root = summary.RootElement;
            var counters = root.GetProperty("counters");
            var overdue = root.GetProperty("nextDueAt") is { ValueKind: JsonValueKind.String } due && due.GetDateTimeOffset() <= DateTimeOffset.UtcNow;
            return new User(counters.GetProperty("events").GetInt64(), counters.GetProperty("sends").GetInt64(), overdue);
        }
    }
}
