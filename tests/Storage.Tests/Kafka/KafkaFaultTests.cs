using Aampe.Agents.Core.Time;
using Aampe.Agents.Kafka.Broker;
using Aampe.Agents.Storage.Kafka;
using Aampe.Agents.Storage.Log;
using Confluent.Kafka;

namespace Aampe.Agents.Storage.Tests.Kafka;

/// <summary>What happens when brokers fail (F4): nothing acknowledged is lost, nothing is acknowledged falsely, order is kept.</summary>
public sealed class KafkaFaultTests
{
    // Errors that brokers answer a write with, and that pass.
    const int NotLeader = 6, RequestTimedOut = 7, NotEnoughReplicas = 19, UnknownTopic = 3;

    static LoggedEvent Event(string agent, string messageId, int payload = 20) => new()
    {
        Tenant = "default",
        Agent = agent,
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = "Order Placed",
        MessageId = messageId,
        OccurredAt = new Instant(1_700_000_000_000),
        ReceivedAt = new Instant(1_700_000_000_500),
        Payload = new byte[payload],
    };

    static DeadLetter Letter(string id) => new()
    {
        Id = id,
        Tenant = "default",
        Source = "web",
        Reason = "missing_user_id",
        Detail = "userId is missing: send one",
        At = new Instant(1),
        Trusted = true,
        Payload = "{}"u8.ToArray(),
    };

    static async Task<List<StoredEvent>> ReadAllAsync(KafkaEventLog log)
    {
        // After a broker came back the client may need a moment to learn who leads.
        await AgainAsync(async () => await log.EndAsync(log.Partitions - 1, default));
        var all = new List<StoredEvent>();
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            await using var reader = await log.OpenAsync(partition, default);
            for (var from = reader.Committed; await reader.ReadAsync(from, 100, default) is { Count: > 0 } some; from = some[^1].Offset + 1)
            {
                all.AddRange(some);
            }
        }

        return all;
    }

    [Fact]
    [Trait("proves", "R1")]
    public async Task A_dead_broker_fails_appends_in_time_and_a_living_one_takes_them_again()
    {
        await using var place = KafkaPlace.Make(options => options.Timeout = TimeSpan.FromSeconds(5));
        await place.Log.AppendAsync([Event("u:1", "before")], [], default);
        place.Cluster.Down(1);

        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await place.Log.AppendAsync([Event("u:1", "lost")], [], default));
        Assert.InRange(failed.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Contains("agent-events", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Log:Kafka:BootstrapServers", failed.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await place.Log.EndAsync(0, default));

        place.Cluster.Up(1);
        await AgainAsync(() => place.Log.AppendAsync([Event("u:1", "after")], [], default));
        using var patient = place.Open(options => options.Timeout = TimeSpan.FromSeconds(30));
        var read = (await ReadAllAsync(patient)).Select(one => one.Event.MessageId).ToList();
        Assert.Equal(["before", "after"], read.Where(id => id is "before" or "after").Distinct());
    }

    [Fact]
    [Trait("proves", "R1")]
    public async Task Letters_stay_when_the_events_fail_and_are_not_doubled_by_the_retry()
    {
        await using var place = KafkaPlace.Make(options => options.Timeout = TimeSpan.FromSeconds(5));
        await place.Log.CheckAsync(default);
        place.Cluster.Down(1);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await place.Log.AppendAsync([Event("u:1", "m")], [Letter("dl_1")], default));
        Assert.NotNull(await place.Letters.FindAsync("default", "dl_1", default));

        place.Cluster.Up(1);
        await AgainAsync(() => place.Log.AppendAsync([Event("u:1", "m")], [Letter("dl_1")], default));
        Assert.Single(await place.Letters.ListAsync("default", null, null, null, 10, default));
        using var patient = place.Open(options => options.Timeout = TimeSpan.FromSeconds(30));
        Assert.NotEmpty(await ReadAllAsync(patient));
    }

    [Fact]
    [Trait("proves", "R1")]
    [Trait("proves", "R2")]
    public async Task Refused_and_repeated_writes_leave_each_acknowledged_event_once_and_in_order()
    {
        await using var place = KafkaPlace.Make(brokers: 3);
        var acknowledged = new List<string>[8];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async user =>
        {
            acknowledged[user] = [];
            for (var i = 0; i < 40; i++)
            {
                if (user == 0 && i % 8 == 2)
                {
                    place.Cluster.Fail(MockCluster.Produce, NotLeader, RequestTimedOut, NotEnoughReplicas);
                    place.Cluster.SetLeader(KafkaPlace.Topic, i / 8 % 4, 1 + i / 8 % 3);
                }

                await place.Log.AppendAsync([Event($"u:{user}", $"{user}-{i}")], [], default);
                acknowledged[user].Add($"{user}-{i}");
            }
        }));

        var read = await ReadAllAsync(place.Log);
        Assert.Equal(read.Count, read.Select(one => (one.Partition, one.Offset)).Distinct().Count());
        foreach (var user in read.GroupBy(one => one.Event.Agent))
        {
            Assert.Equal(acknowledged[user.Key[2] - '0'], user.Select(one => one.Event.MessageId));
        }

        Assert.Equal(8 * 40, read.Count);
    }

    [Fact]
    public async Task The_ends_are_found_after_a_partition_got_another_leader()
    {
        await using var place = KafkaPlace.Make(brokers: 3);
        await place.Log.AppendAsync([Event("u:1", "before")], [], default);
        var partition = place.Log.PartitionOf("default", "u:1");
        for (var leader = 1; leader <= 3; leader++)
        {
            place.Cluster.SetLeader(KafkaPlace.Topic, partition, leader);
            var ends = await place.Log.EndAsync(partition, default);
            await place.Log.AppendAsync([Event("u:1", $"by-{leader}")], [], default);
            Assert.True(await place.Log.EndAsync(partition, default) > ends);
        }
    }

    [Fact]
    public async Task A_reader_lives_through_failed_fetches_and_a_restart_of_its_broker()
    {
        await using var place = KafkaPlace.Make(options => options.Timeout = TimeSpan.FromSeconds(30));
        var partition = place.Log.PartitionOf("default", "u:1");
        await using var reader = await place.Log.OpenAsync(partition, default);
        long next = 0;
        for (var round = 0; round < 4; round++)
        {
            place.Cluster.Fail(MockCluster.Fetch, NotLeader, RequestTimedOut);
            await AgainAsync(() => place.Log.AppendAsync([Event("u:1", $"{round}")], [], default));
            IReadOnlyList<StoredEvent> read = [];
            await AgainAsync(async () => read = await reader.ReadAsync(next, 10, default));
            Assert.Equal($"{round}", Assert.Single(read).Event.MessageId);
            next = read[^1].Offset + 1;

            // A reader that knows the end stays calm while nobody answers.
            await AgainAsync(async () => Assert.Empty(await reader.ReadAsync(next, 10, default)));
            place.Cluster.Down(1);
            Assert.Empty(await reader.ReadAsync(next, 10, default));
            place.Cluster.Up(1);
        }
    }

    [Fact]
    [Trait("proves", "R13")]
    public async Task A_slow_reader_holds_a_bounded_buffer_and_loses_nothing()
    {
        await using var place = KafkaPlace.Make(options => (options.ReadAheadBytes, options.Compression, options.Timeout) = (1 << 20, "none", TimeSpan.FromSeconds(30)));
        for (var i = 0; i < 100; i++)
        {
            await place.Log.AppendAsync([Event("u:1", $"{i}", payload: 40_000)], [], default);
        }

        var partition = place.Log.PartitionOf("default", "u:1");
        await using var reader = await place.Log.OpenAsync(partition, default);
        var seen = new List<string?>();
        for (long next = 0; await reader.ReadAsync(next, 1, default) is [var one]; next = one.Offset + 1)
        {
            seen.Add(one.Event.MessageId);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), seen);
    }

    [Fact]
    public async Task Events_that_retention_removed_unapplied_are_an_error_until_it_is_allowed()
    {
        await using var place = KafkaPlace.Make();
        var partition = place.Log.PartitionOf("default", "u:1");
        for (var i = 0; i < 6; i++)
        {
            await place.Log.AppendAsync([Event("u:1", $"{i}")], [], default);
        }

        await using (var reader = await place.Log.OpenAsync(partition, default))
        {
            var first = Assert.Single(await reader.ReadAsync(0, 1, default));
            var second = Assert.Single(await reader.ReadAsync(first.Offset + 1, 1, default));
            await reader.CommitAsync(second.Offset + 1, default);
        }

        place.Cluster.Remove(KafkaPlace.Topic, partition, 4);
        var lost = await Assert.ThrowsAsync<StoreMismatchException>(async () => await place.Log.OpenAsync(partition, default));
        Assert.Contains("removed 2 messages", lost.Message, StringComparison.Ordinal);
        Assert.Contains("Log:Kafka:SkipRemoved", lost.Message, StringComparison.Ordinal);

        using var skipping = place.Open(options => options.SkipRemoved = true);
        Assert.Equal(["4", "5"], (await ReadAllAsync(skipping)).Select(one => one.Event.MessageId));
    }

    [Fact]
    [Trait("proves", "R12")]
    public async Task A_foreign_message_goes_to_the_dead_letters_and_holds_up_nobody()
    {
        await using var place = KafkaPlace.Make();
        var partition = place.Log.PartitionOf("default", "u:1");
        await place.Log.AppendAsync([Event("u:1", "a")], [], default);
        using (var stranger = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = place.Cluster.Servers }).Build())
        {
            await stranger.ProduceAsync(new TopicPartition(KafkaPlace.Topic, partition), new Message<Null, string> { Value = "{\"hello\":\"world\"}" });
        }

        await place.Log.AppendAsync([Event("u:1", "b")], [], default);
        Assert.Equal(["a", "b"], (await ReadAllAsync(place.Log)).Select(one => one.Event.MessageId));
        var letter = Assert.Single(await place.Letters.ListAsync("default", null, null, null, 10, default));
        Assert.Contains("Message 1 of partition", letter.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_topic_and_other_partitions_are_told_with_the_remedy()
    {
        await using var place = KafkaPlace.Make();
        using (var other = place.Open(options => options.Partitions = 6))
        {
            var wrong = await Assert.ThrowsAsync<StoreMismatchException>(async () => await other.CheckAsync(default));
            Assert.Contains("Log:Partitions is 6, but topic agent-events", wrong.Message, StringComparison.Ordinal);
            Assert.Contains("Set Log:Partitions to 4", wrong.Message, StringComparison.Ordinal);
        }

        place.Cluster.FailTopic("nowhere", UnknownTopic);
        using var missing = place.Open(options => options.Topic = "nowhere");
        var told = await Assert.ThrowsAsync<StoreMismatchException>(async () => await missing.CheckAsync(default));
        Assert.Contains("kafka-topics.sh --bootstrap-server", told.Message, StringComparison.Ordinal);
        Assert.Contains("--create --topic nowhere --partitions 4", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_topic_under_the_old_epoch_is_refused_and_a_new_epoch_starts_at_its_beginning()
    {
        await using var place = KafkaPlace.Make();
        var partition = place.Log.PartitionOf("default", "u:1");
        await place.Log.AppendAsync([Event("u:1", "old")], [], default);
        await using (var reader = await place.Log.OpenAsync(partition, default))
        {
            await reader.CommitAsync(await place.Log.EndAsync(partition, default), default);
        }

        place.Cluster.CreateTopic("second", 4);
        using (var wrong = place.Open(options => options.Topic = "second"))
        {
            var told = await Assert.ThrowsAsync<StoreMismatchException>(async () => await wrong.OpenAsync(partition, default));
            Assert.Contains("raise Log:Kafka:Epoch (now 1)", told.Message, StringComparison.Ordinal);
        }

        using var right = place.Open(options => (options.Topic, options.Epoch) = ("second", 2));
        await using var first = await right.OpenAsync(partition, default);
        Assert.Equal(0, first.Committed);
    }

    [Fact]
    public async Task An_event_too_large_for_a_message_is_refused_before_anything_is_written()
    {
        await using var place = KafkaPlace.Make(options => options.MessageBytes = 100_000);
        var refused = await Assert.ThrowsAsync<ArgumentException>(async () =>
            await place.Log.AppendAsync([Event("u:1", "small"), Event("u:1", "large", 200_000)], [Letter("dl_1")], default));
        Assert.Contains("Log:Kafka:MessageBytes is 100000", refused.Message, StringComparison.Ordinal);
        Assert.Null(await place.Letters.FindAsync("default", "dl_1", default));
        Assert.Empty(await ReadAllAsync(place.Log));

        await place.Log.AppendAsync([.. Enumerable.Range(0, 10_000).Select(i => Event("u:1", $"{i}", i % 50))], [], default);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i}"), (await ReadAllAsync(place.Log)).Select(one => one.Event.MessageId));
    }

    // A broker that comes back is found again after the client's back-off.
    static async Task AgainAsync(Func<ValueTask> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await act();
                return;
            }
            catch (StoreUnavailableException) when (attempt < 300)
            {
                await Task.Delay(100);
            }
        }
    }
}
