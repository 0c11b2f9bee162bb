using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Examples;

public sealed class OutagesExamples
{
    static readonly Instant now = Instant.From(new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_first_start_and_a_short_restart_leave_no_outage()
    {
        Assert.Empty(Outages.After([], null, now));
        Assert.Empty(Outages.After([], now - TimeSpan.FromMinutes(2), now));
    }

    [Fact]
    public void A_night_without_a_silo_is_an_outage_and_old_ones_are_forgotten()
    {
        var old = new Window(now - TimeSpan.FromDays(62), now - TimeSpan.FromDays(61));
        var recent = new Window(now - TimeSpan.FromDays(3), now - TimeSpan.FromDays(2));
        Assert.Equal<Window>([recent, new Window(now - TimeSpan.FromHours(9), now)], Outages.After([old, recent], now - TimeSpan.FromHours(9), now));
    }
}
