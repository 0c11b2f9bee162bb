using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;

namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>What every log must do that can forget single people.</summary>
public abstract class PersonalLogContract : IAsyncLifetime
{
    static Dictionary<string, long> Ada(long end) => new(StringComparer.Ordinal) { ["u:ada"] = end };

    protected abstract IEventLog Log { get; }

    protected abstract IPersonalLog People { get; }

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public abstract Task DisposeAsync();

    [Fact]
    [Trait("proves", "R8")]
    public async Task Events_of_one_person_are_taken_out_and_all_others_stay_where_they_are()
    {
        for (var i = 0; i < 150; i++)
        {
            await Log.AppendAsync([Event("u:ada", i), Event("u:bob", i), Event("u:adab", i)], [], default);
        }

        var partition = Log.PartitionOf("default", "u:ada");
        var end = await Log.EndAsync(partition, default);
        await using var reader = await Log.OpenAsync(partition, default);
        var before = await ReadAsync(reader);
        Assert.Equal(150, (await FindAsync(partition, end)).Count);

        Assert.Equal(150, await TakeOutAsync(partition, end));
        Assert.Equal(0, await TakeOutAsync(partition, end));
        Assert.Empty(await FindAsync(partition, end));
        var after = await ReadAsync(reader);
        Assert.Equal(before.Select(one => one.Offset), after.Select(one => one.Offset));
        foreach (var (was, now) in before.Zip(after))
        {
            if (was.Event.Agent == "u:ada")
            {
                Assert.True(ErasedEvents.IsErased(now.Event));
                Assert.Equal(("", "", null, "{}", was.Event.ReceivedAt), (now.Event.Name, now.Event.Source, now.Event.MessageId, Encoding.UTF8.GetString(now.Event.Payload.Span), now.Event.ReceivedAt));
            }
            else
            {
                Assert.Equal((was.Event.Agent, was.Event.MessageId), (now.Event.Agent, now.Event.MessageId));
                Assert.True(was.Event.Payload.Span.SequenceEqual(now.Event.Payload.Span));
            }
        }

        await People.SettleAsync(default);
    }

    [Fact]
    public async Task Only_what_lies_before_the_end_is_taken()
    {
        var partition = Log.PartitionOf("default", "u:ada");
        await Log.AppendAsync([Event("u:ada", 0)], [], default);
        var end = await Log.EndAsync(partition, default);
        await Log.AppendAsync([Event("u:ada", 1)], [], default);
        Assert.Equal(1, await TakeOutAsync(partition, end));
        Assert.Equal(["m-1"], (await FindAsync(partition, await Log.EndAsync(partition, default))).Select(one => one.Event.MessageId));
    }

    static LoggedEvent Event(string agent, int number) => new()
    {
        Tenant = "default",
        Agent = agent,
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = "Order Placed",
        MessageId = $"m-{number}",
        OccurredAt = new Instant(1_700_000_000_000 + number),
        ReceivedAt = new Instant(1_700_000_000_500 + number),
        Payload = Encoding.UTF8.GetBytes($$"""{"userId":"{{agent}}","n":{{number}}}"""),
    };

    static async Task<List<StoredEvent>> ReadAsync(IPartitionReader reader)
    {
        var all = new List<StoredEvent>();
        for (long from = 0; await reader.ReadAsync(from, 100, default) is { Count: > 0 } some; from = some[^1].Offset + 1)
        {
            all.AddRange(some);
        }

        return all;
    }

    async Task<List<StoredEvent>> FindAsync(int partition, long end)
    {
        var all = new List<StoredEvent>();
        for (long from = 0; from < end;)
        {
            var found = await People.FindAsync(partition, from, end, "default", Ada(end), default);
            all.AddRange(found.Events);
            from = found.Next;
        }

        return all;
    }

    async Task<long> TakeOutAsync(int partition, long end)
    {
        long taken = 0;
        for (long from = 0; from < end;)
        {
            var some = await People.TakeOutAsync(partition, from, end, "default", Ada(end), default);
            taken += some.ByAgent.Values.Sum();
            from = some.Next;
        }

        return taken;
    }
}
