using Aampe.Agents.Core.Channels;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Channels;

public sealed class ChannelBreakerTests
{
    static readonly Instant now = Instant.From(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    static ChannelBreaker After(int sends, Func<int, bool> failed)
    {
        var breaker = ChannelBreaker.Closed;
        for (var i = 0; i < sends; i++)
        {
            breaker = breaker.With(failed(i), now);
        }

        return breaker;
    }

    [Fact]
    public void A_fifth_of_failures_is_borne_and_one_more_is_not()
    {
        Assert.Null(After(100, i => i < 20).OpenedAt);
        Assert.Equal(now, After(100, i => i < 21).OpenedAt);
    }

    [Fact]
    public void Too_few_sends_say_nothing() => Assert.Null(After(99, _ => true).OpenedAt);

    [Fact]
    public void Failures_are_forgotten_with_their_sends()
    {
        var breaker = After(120, i => i < 20);
        Assert.Equal((100, 0), (breaker.Sends, breaker.Failed));
        Assert.Null(After(200, i => i % 5 == 0).OpenedAt);
    }

    [Fact]
    public void An_open_one_tries_one_now_and_then_and_closes_with_the_first_that_is_taken()
    {
        var open = After(100, _ => true);
        Assert.False(open.Lets(now + ChannelBreaker.Pause - TimeSpan.FromMilliseconds(1)));
        var later = now + ChannelBreaker.Pause;
        Assert.True(open.Lets(later));
        var trying = open.Trying(later);
        Assert.False(trying.Lets(later));
        Assert.False(trying.With(failed: true, later).Lets(later));
        Assert.Equal(ChannelBreaker.Closed, trying.With(failed: false, later));
    }
}
