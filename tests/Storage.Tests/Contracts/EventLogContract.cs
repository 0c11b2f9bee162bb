using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>What every event log must do.</summary>
public abstract class EventLogContract : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected abstract IEventLog Log { get; }

    protected abstract IDeadLetters Letters { get; }

    /// <summary>Whether every number is an offset: 0, 1, 2, …</summary>
    protected virtual bool Dense => true;

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <summary>Closes the log and opens it again.</summary>
    protected abstract Task ReopenAsync();

    protected static LoggedEvent Event(string agent, string? messageId = null, string name = "Order Placed", int payload = 20) => new()
    {
        Tenant = "default",
        Agent = agent,
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = name,
        MessageId = messageId,
        OccurredAt = new Instant(1_700_000_000_000),
        ReceivedAt = new Instant(1_700_000_000_500),
        Payload = Encoding.UTF8.GetBytes(new string('p', payload)),
    };

    protected static DeadLetter Letter(string id, long at = 1, string reason = "missing_user_id", string tenant = "default", string source = "web") => new()
    {
        Id = id,
        Tenant = tenant,
        Source = source,
        Reason = reason,
        Detail = "userId is missing: send one",
        At = new Instant(at),
        Trusted = true,
        MessageId = "m-" + id,
        Payload = "{}"u8.ToArray(),
    };

    protected async Task<List<StoredEvent>> ReadAllAsync(int limit = 100)
    {
        var all = new List<StoredEvent>();
        for (var partition = 0; partition < Log.Partitions; partition++)
        {
            await using var reader = await Log.OpenAsync(partition, default);
            for (long from = 0; await reader.ReadAsync(from, limit, default) is { Count: > 0 } some; from = some[^1].Offset + 1)
            {
                all.AddRange(some);
            }
        }

        return all;
    }

    [Fact]
    public async Task What_was_appended_is_read_back_equal_in_every_field()
    {
        LoggedEvent[] sent =
        [
            Event("u:1", "m1"),
            Event("u:1") with { Trusted = false, Kind = EventKind.Identify, Name = "", Skewed = true, OccurredAt = new Instant(-5), ReceivedAt = new Instant(7) },
            Event("u:1") with { Tenant = "other", Kind = EventKind.Alias, MessageId = "", Payload = default, OccurredAt = Instant.Earliest, ReceivedAt = Instant.Latest },
        ];
        await Log.AppendAsync(sent, [], default);

        var read = await ReadAllAsync();

        Assert.Equal(sent.Length, read.Count);
        foreach (var one in sent)
        {
            var found = Assert.Single(read, stored => stored.Event.Kind == one.Kind);
            Assert.Equal(Log.PartitionOf(one.Tenant, one.Agent), found.Partition);
            Assert.Equal(one.Payload.ToArray(), found.Event.Payload.ToArray());
            Assert.Equal(one, found.Event with { Payload = one.Payload });
        }
    }

    [Fact]
    public async Task Events_of_one_agent_keep_their_order()
    {
        for (var batch = 0; batch < 20; batch++)
        {
            await Log.AppendAsync([.. Enumerable.Range(0, 7).Select(i => Event("u:1", $"{batch * 7 + i}"))], [], default);
        }

        var read = await ReadAllAsync();
        Assert.Equal(Enumerable.Range(0, 140).Select(i => $"{i}"), read.Select(one => one.Event.MessageId));
    }

    [Fact]
    [Trait("proves", "R1")]
    public async Task Sixteen_appenders_get_rising_offsets_and_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async caller =>
        {
            for (var i = 0; i < 40; i++)
            {
                await Log.AppendAsync([.. Enumerable.Range(0, 1 + i % 5).Select(k => Event($"u:{(caller * 7 + k) % 50}", $"{caller}-{i}-{k}"))], [], default);
            }
        }));

        var read = await ReadAllAsync(limit: 13);

        Assert.Equal(16 * 40 * 3, read.Count);
        Assert.Equal(read.Count, read.Select(one => one.Event.MessageId).Distinct().Count());
        foreach (var partition in read.GroupBy(one => one.Partition))
        {
            var offsets = partition.Select(one => one.Offset).ToArray();
            Assert.True(offsets[0] >= 0 && offsets.Zip(offsets.Skip(1)).All(pair => pair.First < pair.Second));
            Assert.Equal(offsets[^1] + 1, await Log.EndAsync(partition.Key, default));
            if (Dense)
            {
                Assert.Equal(Enumerable.Range(0, offsets.Length).Select(i => (long)i), offsets);
                Assert.Equal(offsets.Length, await Log.CountAsync(partition.Key, 0, default));
            }
        }
    }

    [Fact]
    public async Task An_event_that_cannot_be_stored_takes_its_whole_call_with_it_and_nobody_else()
    {
        var good = Enumerable.Range(0, 20).Select(i => Log.AppendAsync([Event($"u:{i}", $"good {i}")], [], default).AsTask()).ToArray();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await Log.AppendAsync([Event("u:1", "with the bad one"), Event("u:1", "half \ud83d a pair")], [Letter("dl_of_the_bad")], default));
        await Task.WhenAll(good);

        var read = await ReadAllAsync();
        Assert.Equal(20, read.Count);
        Assert.All(read, one => Assert.StartsWith("good", one.Event.MessageId, StringComparison.Ordinal));
        Assert.Null(await Letters.FindAsync("default", "dl_of_the_bad", default));
    }

    [Fact]
    public async Task A_dead_letter_that_cannot_be_stored_takes_the_events_of_its_call_with_it()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Log.AppendAsync([Event("u:1")], [Letter("dl_1") with { Detail = "\ud83d" }], default));
        Assert.Empty(await ReadAllAsync());
        await Log.AppendAsync([Event("u:1")], [Letter("dl_1")], default);
        Assert.Single(await ReadAllAsync());
        Assert.NotNull(await Letters.FindAsync("default", "dl_1", default));
    }

    [Theory]
    [MemberData(nameof(OddTexts.All), MemberType = typeof(OddTexts))]
    public async Task Odd_texts_survive(string odd)
    {
        var sent = Event("u:" + odd, odd, odd) with { Tenant = odd, Source = odd, Payload = Encoding.UTF8.GetBytes(odd) };
        await Log.AppendAsync([sent], [Letter(odd) with { Tenant = odd, Source = odd, Reason = odd, Detail = odd, MessageId = odd }], default);

        var found = Assert.Single(await ReadAllAsync()).Event;
        Assert.Equal(sent with { Payload = found.Payload }, found);
        Assert.Equal(odd, Encoding.UTF8.GetString(found.Payload.Span));
        var letter = Assert.Single(await Letters.ListAsync(odd, odd, odd, null, 10, default));
        Assert.Equal((odd, odd, odd, odd, odd), (letter.Id, letter.Source, letter.Reason, letter.Detail, letter.MessageId));
    }

    [Fact]
    public async Task Large_and_empty_payloads_survive()
    {
        int[] sizes = [0, 1, 300_000, 64_000, 64_000, 64_000, 5, 2_000_000];
        await Log.AppendAsync([.. sizes.Select(size => Event("u:1", payload: size))], [], default);
        Assert.Equal(sizes, (await ReadAllAsync(limit: 3)).Select(one => one.Event.Payload.Length));
    }

    [Fact]
    public async Task A_reader_starts_anywhere_and_ends_empty()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 50).Select(i => Event("u:1", $"{i}"))], [], default);
        var partition = Log.PartitionOf("default", "u:1");
        await using var reader = await Log.OpenAsync(partition, default);
        var offsets = (await reader.ReadAsync(0, 50, default)).Select(one => one.Offset).ToArray();
        foreach (var from in new[] { 49, 0, 17, 48, 3 })
        {
            var read = await reader.ReadAsync(offsets[from], 5, default);
            Assert.Equal(Enumerable.Range(from, Math.Min(5, 50 - from)).Select(i => (offsets[i], $"{i}")), read.Select(one => (one.Offset, one.Event.MessageId!)));
        }

        var end = await Log.EndAsync(partition, default);
        Assert.Equal(offsets[49] + 1, end);
        Assert.Empty(await reader.ReadAsync(end, 5, default));
        Assert.Empty(await reader.ReadAsync(end + 5_000, 5, default));
    }

    [Fact]
    public async Task A_reader_at_the_end_sees_what_is_appended_next_and_only_that()
    {
        var partition = Log.PartitionOf("default", "u:1");
        await using var reader = await Log.OpenAsync(partition, default);
        long next = 0;
        for (var i = 0; i < 20; i++)
        {
            Assert.Empty(await reader.ReadAsync(next, 10, default));
            await Log.AppendAsync([Event("u:1", $"{i}")], [], default);
            var read = Assert.Single(await reader.ReadAsync(next, 10, default));
            Assert.Equal($"{i}", read.Event.MessageId);
            next = read.Offset + 1;
            Assert.Equal(next, await Log.EndAsync(partition, default));
        }
    }

    [Fact]
    public async Task The_committed_offset_is_where_the_next_owner_starts()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 10).Select(_ => Event("u:1"))], [], default);
        var partition = Log.PartitionOf("default", "u:1");
        await using (var first = await Log.OpenAsync(partition, default))
        {
            Assert.Equal(0, first.Committed);
            await first.CommitAsync(7, default);
            Assert.Equal(7, first.Committed);
        }

        await using var second = await Log.OpenAsync(partition, default);
        Assert.Equal(7, second.Committed);
    }

    [Fact]
    [Trait("proves", "R2")]
    public async Task An_owner_that_lost_its_partition_cannot_commit()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 10).Select(_ => Event("u:1"))], [], default);
        var partition = Log.PartitionOf("default", "u:1");
        await using var old = await Log.OpenAsync(partition, default);
        await old.CommitAsync(3, default);
        await using var current = await Log.OpenAsync(partition, default);

        var lost = await Assert.ThrowsAsync<PartitionLostException>(async () => await old.CommitAsync(9, default));
        Assert.Equal(partition, lost.Partition);
        Assert.Equal(3, old.Committed);
        await current.CommitAsync(5, default);
        await using var next = await Log.OpenAsync(partition, default);
        Assert.Equal(5, next.Committed);
    }

    [Fact]
    public async Task Nobody_commits_behind_the_end()
    {
        await Log.AppendAsync([Event("u:1")], [], default);
        await using var reader = await Log.OpenAsync(Log.PartitionOf("default", "u:1"), default);
        var end = await Log.EndAsync(reader.Partition, default);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.CommitAsync(end + 1, default));
        await reader.CommitAsync(end, default);
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_an_append()
    {
        var partition = Log.PartitionOf("default", "u:1");
        var waiting = Log.WaitAsync(partition, 0, Timeout.InfiniteTimeSpan, default).AsTask();
        Assert.False(waiting.IsCompleted);
        await Log.AppendAsync([Event("u:1")], [], default);
        await waiting.WaitAsync(Patience);
        await Log.WaitAsync(partition, 0, Timeout.InfiniteTimeSpan, default).AsTask().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_waiting_reader_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Log.WaitAsync(0, 0, Timeout.InfiniteTimeSpan, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
    }

    [Fact]
    public async Task Everything_is_there_after_opening_again()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 30).Select(i => Event($"u:{i}", $"{i}"))], [Letter("dl_1")], default);
        var partition = Log.PartitionOf("default", "u:3");
        await using (var reader = await Log.OpenAsync(partition, default))
        {
            await reader.CommitAsync(1, default);
        }

        var before = await ReadAllAsync();
        await ReopenAsync();

        Assert.Equal(before.Select(one => (one.Partition, one.Offset, one.Event.MessageId)), (await ReadAllAsync()).Select(one => (one.Partition, one.Offset, one.Event.MessageId)));
        await using var again = await Log.OpenAsync(partition, default);
        Assert.Equal(1, again.Committed);
        var end = await Log.EndAsync(partition, default);
        await Log.AppendAsync([Event("u:3", "next")], [], default);
        Assert.Equal("next", Assert.Single(await again.ReadAsync(end, 10, default)).Event.MessageId);
        Assert.NotNull(await Letters.FindAsync("default", "dl_1", default));
    }

    [Fact]
    public async Task An_agent_always_has_the_same_partition()
    {
        for (var i = 0; i < 200; i++)
        {
            Assert.InRange(Log.PartitionOf("default", $"u:{i}"), 0, Log.Partitions - 1);
        }

        var before = Enumerable.Range(0, 200).Select(i => Log.PartitionOf("default", $"u:{i}")).ToArray();
        Assert.Equal(Log.Partitions, before.Distinct().Count());
        await ReopenAsync();
        Assert.Equal(before, Enumerable.Range(0, 200).Select(i => Log.PartitionOf("default", $"u:{i}")));
    }

    [Fact]
    public async Task Dead_letters_are_listed_newest_first_page_by_page()
    {
        // Three share each moment: the page must not cut them off.
        var sent = Enumerable.Range(0, 30).Select(i => Letter($"dl_{i:00}", i / 3)).ToArray();
        await Letters.AddAsync(sent, default);
        await Letters.AddAsync([Letter("dl_other", 99, tenant: "other")], default);

        var seen = new List<string>();
        while (await Letters.ListAsync("default", null, null, seen.LastOrDefault(), 7, default) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(one => one.Id));
        }

        Assert.Equal(sent.Reverse().Select(one => one.Id), seen);
    }

    [Fact]
    public async Task Dead_letters_are_filtered_by_source_and_reason()
    {
        await Letters.AddAsync([Letter("a", source: "web"), Letter("b", source: "app"), Letter("c", source: "app", reason: "unknown_type")], default);
        Assert.Equal(["c", "b"], (await Letters.ListAsync("default", "app", null, null, 9, default)).Select(one => one.Id));
        Assert.Equal(["c"], (await Letters.ListAsync("default", "app", "unknown_type", null, 9, default)).Select(one => one.Id));
        Assert.Equal(["c"], (await Letters.ListAsync("default", null, "unknown_type", null, 9, default)).Select(one => one.Id));
    }

    [Fact]
    public async Task A_dead_letter_is_replayed_once_and_no_longer_open()
    {
        await Letters.AddAsync([Letter("a"), Letter("b"), Letter("c", reason: "unknown_type")], default);
        Assert.Equal(new Dictionary<string, long> { ["missing_user_id"] = 2, ["unknown_type"] = 1 }, await Letters.CountOpenAsync("default", default));

        Assert.True(await Letters.MarkReplayedAsync("default", "a", new Instant(77), default));
        Assert.False(await Letters.MarkReplayedAsync("default", "a", new Instant(78), default));
        Assert.False(await Letters.MarkReplayedAsync("default", "unknown", new Instant(78), default));
        Assert.False(await Letters.MarkReplayedAsync("other", "b", new Instant(78), default));

        Assert.Equal(new Instant(77), (await Letters.FindAsync("default", "a", default))!.ReplayedAt);
        Assert.Equal(new Dictionary<string, long> { ["missing_user_id"] = 1, ["unknown_type"] = 1 }, await Letters.CountOpenAsync("default", default));
    }

    [Fact]
    public async Task A_dead_letter_added_twice_keeps_the_first()
    {
        await Letters.AddAsync([Letter("a") with { Detail = "first" }], default);
        await Log.AppendAsync([], [Letter("a") with { Detail = "second" }], default);
        Assert.Equal("first", (await Letters.FindAsync("default", "a", default))!.Detail);
    }
}
