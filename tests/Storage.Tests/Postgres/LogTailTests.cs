using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Postgres;

namespace Aampe.Agents.Storage.Tests.Postgres;

/// <summary>What this process has just written is read from memory, and nobody may see that.</summary>
public sealed class LogTailTests : IAsyncLifetime
{
    Place place = null!;

    public async Task InitializeAsync() => place = await Place.NewAsync(1);

    public async Task DisposeAsync() => await place.DisposeAsync();

    static TailRow Row(long first, int count, int bytes = 10) => new(first, count, 1, new byte[bytes]);

    static LoggedEvent Event(string messageId, int bytes = 10) => new()
    {
        Tenant = "default",
        Agent = "u:one",
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = "Order Placed",
        MessageId = messageId,
        OccurredAt = new Instant(1),
        ReceivedAt = new Instant(2),
        Payload = new byte[bytes],
    };

    [Fact]
    public void Rows_are_found_by_any_of_their_offsets_until_a_later_one_is_asked_for()
    {
        var tail = new LogTail();
        tail.Open();
        tail.Add(Row(10, 5));
        tail.Add(Row(15, 5));
        Assert.Null(tail.Find(9));
        Assert.Equal(10, tail.Find(10)!.First);
        Assert.Equal(10, tail.Find(14)!.First);
        Assert.Equal(15, tail.Find(15)!.First);
        Assert.Null(tail.Find(10));
        Assert.Null(tail.Find(20));
    }

    [Fact]
    public void A_gap_that_another_process_filled_is_not_stepped_over()
    {
        var tail = new LogTail();
        tail.Open();
        tail.Add(Row(0, 5));
        tail.Add(Row(8, 2));
        Assert.Null(tail.Find(0));
        Assert.Null(tail.Find(5));
        Assert.Equal(8, tail.Find(8)!.First);
    }

    [Fact]
    public void Nothing_is_kept_without_a_reader_and_no_more_than_the_bound_with_one()
    {
        var tail = new LogTail();
        tail.Add(Row(0, 1));
        tail.Open();
        Assert.Null(tail.Find(0));
        for (var first = 1; first <= 20; first++)
        {
            tail.Add(Row(first, 1, 1 << 20));
        }

        Assert.Null(tail.Find(16));
        Assert.Equal(17, tail.Find(17)!.First);
        tail.Close();
        Assert.Null(tail.Find(20));
    }

    [Fact]
    [Trait("proves", "R1")]
    public async Task Two_processes_that_write_by_turns_are_read_in_one_order_by_both()
    {
        await using var other = place.Open();
        var (here, there) = (place.Log, new PostgresEventLog(other, new PostgresPartitionCursors(other)));
        var partition = here.PartitionOf("default", "u:one");
        await using var reader = await here.OpenAsync(partition, default);
        await using var second = await there.OpenAsync(partition, default);
        var (sent, read, readThere) = (new List<string>(), new List<string>(), new List<string>());
        for (var (turn, from, fromThere) = (0, 0L, 0L); turn < 60; turn++)
        {
            var batch = Enumerable.Range(0, turn % 4 + 1).Select(i => $"{turn}-{i}").ToList();
            sent.AddRange(batch);
            await (turn % 3 == 0 ? there : here).AppendAsync([.. batch.Select(id => Event(id, turn % 7 * 1_000))], [], default);
            // One keeps up, the other comes by now and then; a limit cuts rows.
            from = await ReadAsync(reader, from, turn % 5 == 4 ? 100 : 2, read);
            fromThere = turn % 10 == 9 ? await ReadAsync(second, fromThere, 7, readThere) : fromThere;
        }

        await ReadAsync(reader, read.Count, 1_000, read);
        await ReadAsync(second, readThere.Count, 1_000, readThere);
        Assert.Equal(sent, read);
        Assert.Equal(sent, readThere);
    }

    static async Task<long> ReadAsync(IPartitionReader reader, long from, int limit, List<string> into)
    {
        var rounds = limit == 2 ? 1 : int.MaxValue;
        while (rounds-- > 0 && await reader.ReadAsync(from, limit, default) is { Count: > 0 } some)
        {
            Assert.Equal(Enumerable.Range(0, some.Count).Select(i => from + i), some.Select(one => one.Offset));
            into.AddRange(some.Select(one => one.Event.MessageId!));
            from = some[^1].Offset + 1;
        }

        return from;
    }
}
