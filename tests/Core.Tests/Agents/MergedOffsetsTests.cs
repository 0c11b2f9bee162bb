using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>A visitor and the user that it turns out to be may lie in one partition: the offsets of one say nothing of the other's.</summary>
public sealed class MergedOffsetsTests
{
    static readonly AgentRules rules = SomeProgram.Rules(SomeProgram.Of());
    static readonly Instant noon = SomeLife.Monday;

    static IncomingEvent At(long offset) => SomeEvents.Track("app_opened", noon + TimeSpan.FromMinutes(offset)) with { Offset = offset };

    static ObserveCounts Observe(SomeLife life, string from, params long[] offsets) =>
        life.Do(noon, step => Observing.Apply(step, 1, 0, Array.ConvertAll(offsets, At), from));

    static void Join(SomeLife known, SomeLife visitor) => known.Do(noon, step => Merging.Join(step, visitor.State, []));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("proves", "R1")]
    public void Events_of_both_count_whoever_is_carried_first(bool knownFirst)
    {
        var (visitor, known) = (new SomeLife(rules, "a:1"), new SomeLife(rules));
        Observe(visitor, "", 40);
        Join(known, visitor);
        if (knownFirst)
        {
            Assert.Equal(2, Observe(known, "", 45, 55).Applied);
            Assert.Equal(1, Observe(known, "a:1", 50).Applied);
        }
        else
        {
            Assert.Equal(1, Observe(known, "a:1", 50).Applied);
            Assert.Equal(2, Observe(known, "", 45, 49).Applied);
        }

        Assert.Equal(4, known.State.Counters.Events);
    }

    [Fact]
    [Trait("proves", "R2")]
    public void What_the_visitor_had_taken_before_it_joined_is_not_taken_again()
    {
        var (first, second, known) = (new SomeLife(rules, "a:1"), new SomeLife(rules, "a:2"), new SomeLife(rules));
        Observe(first, "", 40, 60);
        Observe(second, "", 41);
        Join(known, first);
        Join(known, second);
        Assert.Equal(new ObserveCounts(0, 0, 2), Observe(known, "a:1", 40, 60));
        Assert.Equal(new ObserveCounts(1, 0, 1), Observe(known, "a:2", 41, 50));
        Assert.Equal(known.State.Applied.ToArray(), AgentStateCodec.Unpack(AgentStateCodec.Pack(known.State)).Applied.ToArray());
    }
}
