using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Examples;

public class OutcomesExamples
{
    static readonly Instant t = new(1_770_000_000_000);
    static readonly TimeSpan day = TimeSpan.FromDays(1);
    static readonly HalfLife daily = HalfLife.OfHours(24);

    [Fact]
    public void An_event_one_half_life_away_counts_half() =>
        Assert.Equal((1, 0.5, 0.25), (daily.WeightAt(TimeSpan.Zero), daily.WeightAt(day), daily.WeightAt(2 * day)));

    [Fact]
    public void The_default_half_life_lets_nothing_decay() =>
        Assert.Equal((1, null), (default(HalfLife).WeightAt(1000 * day), default(HalfLife).Span));

    [Fact]
    public void A_half_life_is_longer_than_nothing() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HalfLife(TimeSpan.Zero));

    [Fact]
    public void An_age_is_never_negative() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => daily.WeightAt(-day));

    [Fact]
    public void A_user_without_events_has_outcome_zero() =>
        Assert.Equal(new(0, 0), Outcome.Measure([], new(t, t + day), t, daily));

    [Fact]
    public void An_event_at_the_intervention_is_post_and_one_at_the_end_is_neither()
    {
        WeightedEvent[] events = [new(t - day, 1), new(t, 2), new(t + day, 4)];
        var (pre, post) = Window.Around(t, day);
        Assert.Equal(new(0.5, 1), Outcome.Measure(events, pre, t, daily));
        Assert.Equal(new(2, 1), Outcome.Measure(events, post, t, daily));
    }

    [Fact]
    public void Without_an_intervention_every_event_counts_fully() =>
        Assert.Equal(new(3.5, 2), Outcome.Measure([new(t, 1.5), new(t + day, 2)], new(t, t + 2 * day)));

    [Fact]
    public void The_mass_of_three_half_lives_is_seven_eighths_of_all() =>
        Assert.Equal(7.0 / 8 * 24 / Math.Log(2), Outcome.WindowMass(daily, 3 * day).TotalHours, 1e-6);

    [Fact]
    public void A_window_holds_its_start_and_not_its_end()
    {
        var window = new Window(t, t + day);
        Assert.Equal((true, false, day), (window.Contains(t), window.Contains(t + day), window.Length));
    }
}
