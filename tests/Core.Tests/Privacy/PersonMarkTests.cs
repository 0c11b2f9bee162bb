using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Privacy;

public sealed class PersonMarkTests
{
    static readonly byte[] secret = Encoding.UTF8.GetBytes("secret");
    static readonly Instant erased = new(1_000_000);

    static readonly PersonMark mark = new PersonMark { Erasing = true }.Erased(erased, "life", [new LogEnd(1, 3, 50)], [Keyed("web", "m-2"), Keyed("web", "m-1")]);

    static ulong Keyed(string source, string id) => PersonName.MessageId(secret, StableHash.Of(source, id));

    static IncomingEvent Event(long offset, long occurred, long received, string? id = null, string source = "web") =>
        new(offset, IncomingKind.Track, "E", source, true, id, new Instant(occurred), new Instant(received), "{}"u8.ToArray());

    [Theory]
    [InlineData(49, 2_000_000, 2_000_000, null, 1, 3, MarkedEvent.Before)]
    [InlineData(50, 2_000_000, 2_000_000, null, 1, 3, MarkedEvent.Free)]
    [InlineData(49, 2_000_000, 2_000_000, null, 2, 3, MarkedEvent.Free)]
    [InlineData(49, 2_000_000, 2_000_000, null, 1, 4, MarkedEvent.Free)]
    [InlineData(60, 1_000_000, 2_000_000, null, 1, 3, MarkedEvent.Refused)]
    [InlineData(60, 1_000_001, 1_000_000, null, 1, 3, MarkedEvent.Refused)]
    [InlineData(60, 1_000_001, 1_000_001, null, 1, 3, MarkedEvent.Free)]
    [InlineData(60, 2_000_000, 2_000_000, "m-1", 1, 3, MarkedEvent.Refused)]
    [InlineData(60, 2_000_000, 2_000_000, "m-3", 1, 3, MarkedEvent.Free)]
    [InlineData(60, 2_000_000, 1_000_000 + 86_400_001, "m-1", 1, 3, MarkedEvent.Free)]
    [Trait("proves", "R8")]
    public void What_tells_of_before_is_refused_and_what_is_new_is_taken(long offset, long occurred, long received, string? id, int epoch, int partition, MarkedEvent expected) =>
        Assert.Equal(expected, mark.Judge(Event(offset, occurred, received, id), epoch, partition, secret));

    [Fact]
    [Trait("proves", "R3")]
    public void A_message_id_of_another_source_is_another_event() =>
        Assert.Equal(MarkedEvent.Free, mark.Judge(Event(60, 2_000_000, 2_000_000, "m-1", "app"), 1, 3, secret));

    [Theory]
    [InlineData(true, false), InlineData(false, true)]
    public void Nothing_is_taken_of_who_is_suppressed_or_being_erased(bool suppressed, bool erasing) =>
        Assert.Equal(MarkedEvent.Refused, new PersonMark { Suppressed = suppressed, Erasing = erasing }.Judge(Event(9, 5, 5), 1, 1, secret));

    [Fact]
    public void A_mark_is_read_as_it_was_written()
    {
        var one = mark with { Suppressed = true, Of = "hash" };
        var read = PersonMarkCodec.Unpack(PersonMarkCodec.Pack(one));
        Assert.Equal((one.Suppressed, one.Erasing, one.ErasedAt, one.Life, one.Of), (read.Suppressed, read.Erasing, read.ErasedAt, read.Life, read.Of));
        Assert.Equal(one.Ends.AsEnumerable(), read.Ends);
        Assert.Equal(one.Seen.AsEnumerable(), read.Seen);
        // As the first release wrote it.
        Assert.Equal((true, "x"), (PersonMarkCodec.Unpack("""{"suppressed":true,"life":"x"}"""u8).Suppressed, PersonMarkCodec.Unpack("""{"life":"x"}"""u8).Life));
    }

    [Fact]
    public void Hashes_need_the_secret_and_tell_tenants_and_kinds_apart()
    {
        var hash = PersonName.Hash(secret, "default", "u:ada");
        Assert.Equal(64, hash.Length);
        Assert.Equal(hash, PersonName.Hash(secret, "default", "u:ada"));
        Assert.Equal(5, new[] { hash, PersonName.Hash(secret, "default", "a:ada"), PersonName.Hash(secret, "other", "u:ada"), PersonName.Hash("other"u8, "default", "u:ada"), PersonName.Hash(secret, "defaultu", ":ada") }.Distinct().Count());
        Assert.NotEqual(PersonName.Life("salt", hash), PersonName.Life("pepper", hash));
    }

    [Fact]
    public void Another_life_of_an_id_has_other_decision_ids()
    {
        var (first, second) = (AgentStep.Create("t", "u:ada", "secret"), AgentStep.Create("t", "u:ada", "secret", PersonName.Life("salt", "hash")));
        Assert.NotEqual(first.Incarnation, second.Incarnation);
        Assert.NotEqual(AgentStep.DecisionId(first, 1), AgentStep.DecisionId(second, 1));
    }

    [Fact]
    public void An_objection_holds_until_it_is_taken_back_later()
    {
        Assert.False(Objection.Holds([]));
        var objected = Objection.Statements(new Instant(5), withdrawn: false);
        Assert.True(Objection.Holds([.. objected]));
        Assert.True(Objection.Holds([.. objected, .. Objection.Statements(new Instant(5), withdrawn: true)]));
        Assert.False(Objection.Holds([.. objected, .. Objection.Statements(new Instant(6), withdrawn: true)]));
    }
}
