using System.Text;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>What every agent store must do.</summary>
public abstract class AgentStoreContract : IAsyncLifetime
{
    protected abstract IAgentStore Store { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    protected abstract Task ReopenAsync();

    /// <summary>Partitions of the store.</summary>
    protected const int Partitions = 4;

    /// <summary>Term that commits name.</summary>
    protected virtual long Term => 0;

    /// <summary>Brings what is ahead of the rows into them, in a store that keeps it elsewhere first.</summary>
    protected virtual Task SettleAsync() => Task.CompletedTask;

    protected AgentCommit Commit(string key, long expected, string record = "record", long? due = null, long rank = 0) => new()
    {
        Key = key,
        ExpectedVersion = expected,
        Term = Term,
        Record = Encoding.UTF8.GetBytes(record),
        Partition = Partitioning.OfKey(key, Partitions),
        Due = due is { } at ? new Instant(at) : null,
        PanelRank = rank,
    };

    protected static StoredDecision Decision(string id, string agent, long at) => new(id, agent, new Instant(at), "winback", Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\"}}"));

    protected static OutboxRow Outbox(string id, string agent, long due, OutboxStatus status = OutboxStatus.Waiting, int attempts = 0) => new(id, agent, "push", new Instant(due), status, attempts);

    protected async Task<string?> RecordAsync(string key) => await Store.ReadAsync(key, default) is { } found ? $"{found.Version}:{Encoding.UTF8.GetString(found.Record.Span)}" : null;

    [Fact]
    public async Task An_agent_is_inserted_then_updated_version_by_version()
    {
        Assert.Null(await Store.ReadAsync("default/u:1", default));
        Assert.Equal(1, await Store.CommitAsync(Commit("default/u:1", 0, "a"), default));
        Assert.Equal("1:a", await RecordAsync("default/u:1"));
        Assert.Equal(2, await Store.CommitAsync(Commit("default/u:1", 1, "b"), default));
        Assert.Equal("2:b", await RecordAsync("default/u:1"));
        Assert.Equal(3, await Store.CommitAsync(Commit("default/u:1", 2, ""), default));
        Assert.Equal("3:", await RecordAsync("default/u:1"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_commit_of_another_version_conflicts_and_leaves_nothing(long wrong)
    {
        const string key = "default/u:1";
        await Store.CommitAsync(Commit(key, 0, "a"), default);
        await Store.CommitAsync(Commit(key, 1, "b", due: 50), default);
        var conflict = await Assert.ThrowsAsync<VersionConflictException>(async () => await Store.CommitAsync(Commit(key, wrong, "c", due: 10) with
        {
            Journal = "[1]"u8.ToArray(),
            JournalEntries = 1,
            Decisions = [Decision("dec_1", key, 5)],
            Effects = [new StoredEffect("dec_0", key, new Instant(5), "winback", "{}"u8.ToArray())],
            Outbox = [Outbox("dec_1", key, 5)],
        }, default));

        Assert.Equal(key, conflict.Key);
        Assert.Equal("2:b", await RecordAsync(key));
        Assert.Empty(await Store.JournalAsync(key, long.MaxValue, 10, default));
        Assert.Null(await Store.DecisionAsync("dec_1", default));
        Assert.Null(await Store.EffectAsync("dec_0", default));
        Assert.Empty(await Store.OutboxDueAsync(Instant.Latest, 10, default));
        Assert.Equal(new Instant(50), await Store.FirstDueAsync(default));
        Assert.Equal(new StoreTotals(1, 0, 0, 0), await Store.TotalsAsync("default", default));
    }

    [Fact]
    public async Task Many_agents_are_read_at_once_in_the_order_asked_for_without_those_that_are_missing()
    {
        var keys = Enumerable.Range(0, 1_100).Select(i => $"default/u:{i}").ToArray();
        await Task.WhenAll(keys.Where((_, i) => i % 3 > 0).Select(key => Store.CommitAsync(Commit(key, 0, key), default).AsTask()));
        var read = await Store.ReadManyAsync([.. keys.Reverse()], default);
        Assert.Equal(keys.Where((_, i) => i % 3 > 0).Reverse(), read.Select(one => one.Key));
        Assert.All(read, one => Assert.Equal((1, one.Key), (one.Version, Encoding.UTF8.GetString(one.Record.Span))));
        Assert.Empty(await Store.ReadManyAsync([], default));
    }

    [Fact]
    public async Task A_conflicting_commit_does_not_fail_its_neighbours()
    {
        await Store.CommitAsync(Commit("default/u:taken", 0), default);
        var all = Enumerable.Range(0, 200).Select(i => i % 10 == 3
            ? Store.CommitAsync(Commit("default/u:taken", 0, "late"), default).AsTask()
            : Store.CommitAsync(Commit($"default/u:{i}", 0, $"{i}"), default).AsTask()).ToArray();
        await Task.WhenAll(all).ContinueWith(_ => { }, TaskScheduler.Default);

        for (var i = 0; i < all.Length; i++)
        {
            if (i % 10 == 3)
            {
                await Assert.ThrowsAsync<VersionConflictException>(() => all[i]);
            }
            else
            {
                Assert.Equal(1, await all[i]);
                Assert.Equal($"1:{i}", await RecordAsync($"default/u:{i}"));
            }
        }

        Assert.Equal("1:record", await RecordAsync("default/u:taken"));
        Assert.Equal(181, (await Store.TotalsAsync("default", default)).Agents);
    }

    [Fact]
    [Trait("proves", "R2")]
    public async Task Of_many_writers_of_one_version_one_wins()
    {
        await Store.CommitAsync(Commit("default/u:1", 0), default);
        for (var version = 1; version <= 10; version++)
        {
            var writers = Enumerable.Range(0, 8).Select(i => Store.CommitAsync(Commit("default/u:1", version, $"{i}"), default).AsTask()).ToArray();
            await Task.WhenAll(writers).ContinueWith(_ => { }, TaskScheduler.Default);
            var won = Assert.Single(Enumerable.Range(0, 8), i => writers[i].IsCompletedSuccessfully);
            Assert.Equal($"{version + 1}:{won}", await RecordAsync("default/u:1"));
        }
    }

    [Fact]
    public async Task Due_agents_come_oldest_first_then_by_key_and_only_of_their_partition()
    {
        // Users whose keys lie in partition 1, named a to g in the order of their keys; f is of partition 2.
        var (mine, others) = (KeysOf(1), KeysOf(2));
        string Key(string name) => name == "f" ? others[0] : mine[name[0] - 'a'];
        string[] Names(IEnumerable<DueAgent> due) => [.. due.Select(one => ((char)('a' + Array.IndexOf(mine, one.Key))).ToString())];
        (string Name, long? Due)[] agents = [("c", 10), ("a", 10), ("b", 5), ("d", 11), ("e", null), ("f", 1), ("g", 12)];
        foreach (var (name, due) in agents)
        {
            await Store.CommitAsync(Commit(Key(name), 0, due: due), default);
        }

        Assert.Equal(["b", "a", "c", "d"], Names(await Store.DueAsync(1, new Instant(11), 10, default)));
        Assert.Equal([new DueAgent(Key("b"), new Instant(5)), new DueAgent(Key("a"), new Instant(10))], await Store.DueAsync(1, new Instant(11), 2, default));
        Assert.Empty(await Store.DueAsync(3, Instant.Latest, 10, default));
        Assert.Equal(new Instant(1), await Store.FirstDueAsync(default));

        await Store.CommitAsync(Commit(Key("f"), 1), default);
        await Store.CommitAsync(Commit(Key("b"), 1, due: 20), default);
        Assert.Equal(new Instant(10), await Store.FirstDueAsync(default));
        Assert.Equal(["a", "c", "d", "g", "b"], Names(await Store.DueAsync(1, Instant.Latest, 10, default)));
    }

    static string[] KeysOf(int partition) =>
        [.. Enumerable.Range(100, 900).Select(i => $"default/u:{i}").Where(key => Partitioning.OfKey(key, Partitions) == partition).Take(7)];

    [Fact]
    public async Task Nothing_is_due_in_an_empty_store()
    {
        Assert.Null(await Store.FirstDueAsync(default));
        Assert.Null(await Store.FirstOutboxDueAsync(default));
        Assert.Empty(await Store.OutboxInFlightAsync(default));
        Assert.Equal(new StoreTotals(0, 0, 0, 0), await Store.TotalsAsync("default", default));
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task An_outbox_row_waits_flies_and_goes()
    {
        const string key = "default/u:1";
        await Store.CommitAsync(Commit(key, 0) with { Outbox = [Outbox("dec_b", key, 10), Outbox("dec_a", key, 10), Outbox("dec_c", key, 3)] }, default);
        Assert.Equal(["dec_c", "dec_a", "dec_b"], (await Store.OutboxDueAsync(new Instant(10), 10, default)).Select(row => row.DecisionId));
        Assert.Equal([Outbox("dec_c", key, 3)], await Store.OutboxDueAsync(new Instant(9), 10, default));
        Assert.Equal(new Instant(3), await Store.FirstOutboxDueAsync(default));
        await SettleAsync();
        Assert.Equal(3, (await Store.TotalsAsync("default", default)).OutboxWaiting);

        await Store.CommitAsync(Commit(key, 1) with { Outbox = [Outbox("dec_c", key, 3, OutboxStatus.InFlight, 1)] }, default);
        Assert.Equal([Outbox("dec_c", key, 3, OutboxStatus.InFlight, 1)], await Store.OutboxInFlightAsync(default));
        Assert.Equal(new Instant(10), await Store.FirstOutboxDueAsync(default));
        await SettleAsync();
        Assert.Equal(2, (await Store.TotalsAsync("default", default)).OutboxWaiting);

        await Store.CommitAsync(Commit(key, 2) with { Outbox = [Outbox("dec_a", key, 40, attempts: 1)], OutboxDone = ["dec_c", "dec_unknown"] }, default);
        Assert.Empty(await Store.OutboxInFlightAsync(default));
        Assert.Equal(["dec_b", "dec_a"], (await Store.OutboxDueAsync(Instant.Latest, 10, default)).Select(row => row.DecisionId));
        await SettleAsync();
        Assert.Equal(2, (await Store.TotalsAsync("default", default)).OutboxWaiting);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(600)]
    [InlineData(5_000)]
    public async Task The_panel_is_the_agents_with_the_smallest_rank_in_order(int size)
    {
        // Ranks repeat and are negative too; keys settle ties.
        var agents = Enumerable.Range(0, 700).Select(i => (Key: $"default/u:{i:000}", Rank: (long)(i * 7919 % 101 - 50) * 100_000_000_000_000_000)).ToArray();
        await Task.WhenAll(agents.Select(one => Store.CommitAsync(Commit(one.Key, 0, one.Key, rank: one.Rank), default).AsTask()));
        await Store.CommitAsync(Commit("other/u:1", 0, rank: long.MinValue), default);

        var panel = new List<StoredAgent>();
        await foreach (var one in Store.PanelAsync("default", size, default))
        {
            panel.Add(one);
        }

        var expected = agents.OrderBy(one => one.Rank).ThenBy(one => one.Key, StringComparer.Ordinal).Take(size).Select(one => one.Key);
        Assert.Equal(expected, panel.Select(one => one.Key));
        Assert.All(panel, one => Assert.Equal(one.Key, Encoding.UTF8.GetString(one.Record.Span)));
        var ranks = agents.ToDictionary(one => one.Key, one => one.Rank);
        Assert.Equal(panel.Select(one => new PanelPlace(one.Key, ranks[one.Key], one.Version, null)), await Store.PanelPlacesAsync("default", size, default));
    }

    [Fact]
    public async Task The_journal_is_numbered_over_the_life_of_its_agent_and_read_backwards()
    {
        foreach (var key in new[] { "default/u:1", "default/u:2" })
        {
            for (var step = 0; step < 6; step++)
            {
                var entries = step == 0 ? "" : $"[\"{key} {step}\"]";
                await Store.CommitAsync(Commit(key, step) with { Journal = Encoding.UTF8.GetBytes(entries), JournalEntries = step }, default);
                await SettleAsync();
            }
        }

        // Steps 1 to 5 bring 1 to 5 entries: rows begin at 1, 2, 4, 7, 11.
        var rows = await Store.JournalAsync("default/u:1", long.MaxValue, 10, default);
        Assert.Equal([(11L, 5), (7L, 4), (4L, 3), (2L, 2), (1L, 1)], rows.Select(row => (row.FirstSequence, row.Count)));
        Assert.Equal("[\"default/u:1 4\"]", Encoding.UTF8.GetString(rows[1].Entries.Span));
        Assert.Equal([11L, 7L], (await Store.JournalAsync("default/u:1", long.MaxValue, 2, default)).Select(row => row.FirstSequence));
        Assert.Equal([4L, 2L], (await Store.JournalAsync("default/u:1", 7, 2, default)).Select(row => row.FirstSequence));
        Assert.Empty(await Store.JournalAsync("default/u:1", 1, 2, default));
        Assert.Empty(await Store.JournalAsync("default/u:none", long.MaxValue, 2, default));
    }

    [Fact]
    public async Task Decisions_and_effects_are_found_by_id_and_the_newest_page_by_page()
    {
        // Ten decisions in each millisecond: a page must not lose those of its last one.
        for (var i = 0; i < 40; i++)
        {
            var key = $"default/u:{i}";
            await Store.CommitAsync(Commit(key, 0) with { Decisions = [Decision($"dec_{i:00}", key, i / 10)] }, default);
        }

        await Store.CommitAsync(Commit("other/u:1", 0) with { Decisions = [Decision("dec_other", "other/u:1", 2)] }, default);
        await Store.CommitAsync(Commit("default/u:7", 1) with { Effects = [new StoredEffect("dec_07", "default/u:7", new Instant(9), "winback", "{\"ite\":1}"u8.ToArray())] }, default);

        var seen = new List<StoredDecision>();
        while (await Store.RecentDecisionsAsync("default", seen.LastOrDefault()?.At ?? Instant.Latest, seen.LastOrDefault()?.Id, 7, default) is { Count: > 0 } page)
        {
            seen.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(0, 40).Reverse().Select(i => $"dec_{i:00}"), seen.Select(one => one.Id));
        Assert.Equal(10, (await Store.RecentDecisionsAsync("default", new Instant(1), null, 99, default)).Count);
        var found = await Store.DecisionAsync("dec_13", default);
        Assert.Equal(("default/u:13", new Instant(1), "winback", "{\"id\":\"dec_13\"}"), (found!.Agent, found.At, found.Program, Encoding.UTF8.GetString(found.Record.Span)));
        var effect = await Store.EffectAsync("dec_07", default);
        Assert.Equal(("default/u:7", new Instant(9), "{\"ite\":1}"), (effect!.Agent, effect.At, Encoding.UTF8.GetString(effect.Receipt.Span)));
        Assert.Null(await Store.EffectAsync("dec_08", default));
        Assert.Equal(new StoreTotals(40, 40, 1, 0), await Store.TotalsAsync("default", default));
        Assert.Equal(new StoreTotals(1, 1, 0, 0), await Store.TotalsAsync("other", default));
    }

    [Fact]
    public async Task Keys_are_found_by_prefix_in_order()
    {
        foreach (var key in new[] { "default/u:b", "default/u:a%_1", "default/u:a", "default/u:ab", "default/u:a😀", "other/u:a", "default/a:x" })
        {
            await Store.CommitAsync(Commit(key, 0), default);
        }

        Assert.Equal(["default/u:a", "default/u:a%_1", "default/u:ab", "default/u:a😀"], await Store.FindAsync("default/u:a", null, 10, default));
        Assert.Equal(["default/u:ab"], await Store.FindAsync("default/u:a", "default/u:a%_1", 1, default));
        Assert.Equal(["default/u:a%_1"], await Store.FindAsync("default/u:a%", null, 10, default));
        Assert.Equal(7, (await Store.FindAsync("", null, 10, default)).Count);
    }

    [Theory]
    [MemberData(nameof(OddTexts.All), MemberType = typeof(OddTexts))]
    public async Task Odd_texts_survive(string odd)
    {
        var key = "default/u:" + odd.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
        await Store.CommitAsync(Commit(key, 0, odd, due: 1) with
        {
            Journal = Encoding.UTF8.GetBytes(odd),
            JournalEntries = 1,
            Decisions = [new StoredDecision(odd, key, new Instant(1), odd, Encoding.UTF8.GetBytes(odd))],
            Effects = [new StoredEffect(odd, key, new Instant(1), odd, Encoding.UTF8.GetBytes(odd))],
            Outbox = [new OutboxRow(odd, key, odd, new Instant(1), OutboxStatus.Waiting, 0)],
        }, default);

        Assert.Equal("1:" + odd, await RecordAsync(key));
        Assert.Null(await RecordAsync(key + "\0"));
        Assert.Equal(key, Assert.Single(await Store.DueAsync(Partitioning.OfKey(key, Partitions), Instant.Latest, 5, default)).Key);
        Assert.Equal(odd, (await Store.DecisionAsync(odd, default))!.Program);
        Assert.Equal(key, (await Store.EffectAsync(odd, default))!.Agent);
        Assert.Equal(new OutboxRow(odd, key, odd, new Instant(1), OutboxStatus.Waiting, 0), Assert.Single(await Store.OutboxDueAsync(Instant.Latest, 5, default)));
        Assert.Equal([key], await Store.FindAsync(key, null, 5, default));
    }

    [Fact]
    public async Task Keys_that_differ_only_behind_a_nul_are_two_agents()
    {
        await Store.CommitAsync(Commit("default/u:a\0b", 0, "one"), default);
        await Store.CommitAsync(Commit("default/u:a\0c", 0, "two"), default);
        Assert.Equal("1:one", await RecordAsync("default/u:a\0b"));
        Assert.Equal("1:two", await RecordAsync("default/u:a\0c"));
    }

    [Fact]
    public async Task Everything_is_there_after_opening_again()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Store.CommitAsync(Commit($"default/u:{i}", 0, $"{i}", due: i) with
        {
            Journal = "[1,2]"u8.ToArray(),
            JournalEntries = 2,
            Outbox = [Outbox($"dec_{i}", $"default/u:{i}", i)],
        }, default).AsTask()));
        await ReopenAsync();

        for (var i = 0; i < 300; i++)
        {
            Assert.Equal($"1:{i}", await RecordAsync($"default/u:{i}"));
        }

        Assert.Equal(300, (await Store.OutboxDueAsync(Instant.Latest, 1_000, default)).Count);
        Assert.Equal(new StoreTotals(300, 0, 0, 300), await Store.TotalsAsync("default", default));
        await Store.CommitAsync(Commit("default/u:7", 1) with { Journal = "[3]"u8.ToArray(), JournalEntries = 1 }, default);
        Assert.Equal([3L, 1L], (await Store.JournalAsync("default/u:7", long.MaxValue, 5, default)).Select(row => row.FirstSequence));
    }

    [Fact]
    [Trait("proves", "R8")]
    public async Task An_erased_agent_is_gone_with_all_that_was_its_own_and_nothing_else_is()
    {
        const string key = "default/u:1", other = "default/u:2";
        foreach (var (agent, id) in new[] { (key, "dec_1"), (other, "dec_9") })
        {
            await Store.CommitAsync(Commit(agent, 0, "a", due: 10) with
            {
                Journal = "[1]"u8.ToArray(),
                JournalEntries = 1,
                Decisions = [Decision(id, agent, 5)],
                Effects = [new StoredEffect(id, agent, new Instant(5), "winback", "{}"u8.ToArray())],
                Outbox = [Outbox(id, agent, 5)],
            }, default);
        }

        await SettleAsync();
        await Store.CommitAsync(Commit(key, 1, "b", due: 20) with { Journal = "[2]"u8.ToArray(), JournalEntries = 1, Decisions = [Decision("dec_2", key, 6)], Outbox = [Outbox("dec_2", key, 6, OutboxStatus.InFlight)] }, default);
        var erasure = new AgentErasure(key, Partitioning.OfKey(key, Partitions), Term, ["dec_1", "dec_2", "dec_3", "dec_9"]);
        Assert.Equal(new ErasedRows(1, 2, 2, 1, 2), await Store.EraseAsync(erasure, default));
        Assert.Equal(default, await Store.EraseAsync(erasure, default));

        Assert.Null(await RecordAsync(key));
        Assert.Empty(await Store.JournalAsync(key, long.MaxValue, 10, default));
        Assert.Null(await Store.DecisionAsync("dec_1", default));
        Assert.Null(await Store.DecisionAsync("dec_2", default));
        Assert.Null(await Store.EffectAsync("dec_1", default));
        Assert.Empty(await Store.OutboxInFlightAsync(default));
        Assert.Equal([other], (await Store.OutboxDueAsync(Instant.Latest, 10, default)).Select(row => row.Agent));
        Assert.Equal([other], await Store.FindAsync("default/u:", null, 10, default));
        Assert.NotNull(await Store.DecisionAsync("dec_9", default));
        await SettleAsync();
        Assert.Equal(new StoreTotals(1, 1, 1, 1), await Store.TotalsAsync("default", default));

        // Whoever comes back under the same id begins anew.
        Assert.Equal(1, await Store.CommitAsync(Commit(key, 0, "new") with { Journal = "[7]"u8.ToArray(), JournalEntries = 1 }, default));
        await ReopenAsync();
        Assert.Equal("1:new", await RecordAsync(key));
        Assert.Equal([1L], (await Store.JournalAsync(key, long.MaxValue, 5, default)).Select(row => row.FirstSequence));
    }
}
