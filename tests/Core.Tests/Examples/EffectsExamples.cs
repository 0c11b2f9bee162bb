using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Examples;

public class EffectsExamples
{
    [Fact]
    public void An_effect_is_the_users_difference_less_the_controls()
    {
        // Treated: 4·½ after, 1·½ before. Controls: 1·½ after.
        var effect = Measure(Treated((-24, 1), (24, 4)), Controls(5, 1)).Identified();
        Assert.Equal((1.5 - 0.5, 0.5, 0, 0.5), (effect.Value, effect.ControlMean, effect.ControlPre, effect.ControlPost));
        Assert.Equal((new Outcome(0.5, 1), new Outcome(2, 1), 5, false), (effect.Pre, effect.Post, effect.Controls, effect.BySelf));
    }

    [Fact]
    public void Equal_controls_leave_the_stratum_to_tell_the_variance()
    {
        // s_C² = 0, s0² = 1, ν0 = 4: pooled 4/8, times 1 + 1/5.
        var effect = Measure(Treated(), Controls(5, 1)).Identified();
        Assert.Equal(0, effect.ControlVariance);
        Assert.Equal(0.5 * 1.2, effect.Variance!.Value, 1e-12);
    }

    [Fact]
    public void A_single_control_without_a_stratum_variance_leaves_the_error_unknown()
    {
        var effect = Measure(Treated(), Controls(1, 1), Options with { FewestNeighbours = 1 }, variance: null).Identified();
        Assert.Equal((null, null, null), (effect.ControlVariance, effect.Variance, effect.StandardError));
        Assert.Null(Success.Of(effect, Threshold.StandardError));
    }

    [Fact]
    public void Weighted_controls_count_by_their_weights()
    {
        var effect = Effect.Measure(T, Treated(), [.. Controls(4, 2), Control(5)], [1, 1, 1, 1, 4], 1, Options, 1, Circumstances.Complete).Identified();
        Assert.Equal(0.5, effect.ControlMean, 1e-12);
        Assert.Equal((4 * 1 + 4 * 0.2) / 8 * (1 + 20.0 / 64), effect.Variance!.Value, 1e-12);
    }

    [Theory]
    [InlineData(24, 24, false)]
    [InlineData(-24, 24, true)]
    [InlineData(72, 72, false)]
    [InlineData(-72, 72, false)]
    public void Both_windows_shrink_to_the_gap_to_another_send(double other, double length, bool carryOver)
    {
        var effect = Measure(Treated((30, 4)).SentAt(other), Controls(5, 1)).Identified();
        Assert.Equal((TimeSpan.FromHours(length), carryOver), (effect.Length, effect.CarryOver));
        Assert.Equal(length > 30 ? 1 : 0, effect.Post.EventCount);
    }

    [Fact]
    public void Two_sends_in_one_millisecond_overlap() =>
        Assert.Equal(WhyNot.Overlap, Measure(Treated().SentAt(0), Controls(5, 1)).Why());

    [Fact]
    public void Excluding_overlaps_refuses_any_and_ignoring_them_none()
    {
        var treated = Treated().SentAt(71);
        Assert.Equal(WhyNot.Overlap, Measure(treated, Controls(5, 1), Options with { Overlap = OverlapRule.Exclude }).Why());
        Assert.Equal(TimeSpan.FromHours(72), Measure(treated, Controls(5, 1), Options with { Overlap = OverlapRule.Ignore }).Identified().Length);
    }

    [Fact]
    public void An_effect_matures_a_grace_after_its_window()
    {
        Assert.Equal(Hours(78), WindowLength.MaturesAt(T, null, null, Options));
        Assert.Equal(Hours(26), WindowLength.MaturesAt(T, Hours(-30), Hours(20), Options));
        Assert.Equal(WhyNot.WindowOpen, Measure(Treated(), Controls(5, 1), circumstances: new() { Watermark = Hours(71.9) }).Why());
        Measure(Treated(), Controls(5, 1), circumstances: new() { Watermark = Hours(72) }).Identified();
    }

    [Fact]
    public void The_first_reason_in_the_list_is_given()
    {
        var treated = Treated() with { Interventions = At(0, 1), ObservedSince = Hours(-1) };
        var all = new Circumstances { Watermark = T, Refused = true, IngestGaps = [new(Hours(-70), Hours(70))] };
        ControlUser[] none = [];
        Assert.Equal(WhyNot.WindowOpen, Effect.Measure(T, treated, none, [], 1, Options, 0, all).Why());
        all = all with { Watermark = Instant.Latest };
        Assert.Equal(WhyNot.NotDelivered, Effect.Measure(T, treated, none, [], 1, Options, 0, all).Why());
        all = all with { Refused = false };
        Assert.Equal(WhyNot.Overlap, Effect.Measure(T, treated, none, [], 1, Options, 0, all).Why());
        treated = treated with { Interventions = At(0) };
        Assert.Equal(WhyNot.NotObserved, Effect.Measure(T, treated, none, [], 1, Options, 0, all).Why());
        treated = treated with { ObservedSince = Hours(-72) };
        Assert.Equal(WhyNot.NoWeights, Effect.Measure(T, treated, none, [], 1, Options, 0, all).Why());
        Assert.Equal(WhyNot.IngestGap, Effect.Measure(T, treated, none, [], 1, Options, 1, all).Why());
        Assert.Equal(WhyNot.FewControls, Effect.Measure(T, treated, none, [], 1, Options, 1, Circumstances.Complete).Why());
    }

    [Theory]
    [InlineData(71.9, false)]
    [InlineData(72, true)]
    public void A_user_who_withdraws_within_the_window_is_not_observed(double withdrawn, bool observed) =>
        Assert.Equal(observed, Measure(Treated() with { WithdrawnAt = Hours(withdrawn) }, Controls(5, 1)) is Effect.Identified);

    [Theory]
    [InlineData(7.2, true)]
    [InlineData(7.3, false)]
    public void An_outage_may_cover_a_tenth_of_a_window(double hours, bool identified)
    {
        // Given twice: overlapping outages count once.
        var gap = new Window(Hours(1), Hours(1 + hours));
        var effect = Measure(Treated(), Controls(5, 1), circumstances: new() { IngestGaps = [gap, gap] });
        Assert.Equal(identified, effect is Effect.Identified);
    }

    [Fact]
    public void Own_weeks_with_an_outage_are_no_controls()
    {
        var gaps = new[] { 7, 14, 21 }.Select(days => new Window(Hours(-24 * days), Hours(-24 * days + 10)));
        Assert.Equal(WhyNot.FewControls, Measure(Treated(), [], circumstances: new() { IngestGaps = [.. gaps] }).Why());
    }

    [Fact]
    public void Own_weeks_stand_in_where_controls_are_few()
    {
        var effect = Measure(Treated((24, 2), (24 - 168, 2), (24 - 336, 2), (24 - 504, 2), (24 - 672, 2)), []).Identified();
        Assert.Equal((true, 4, 0, 0UL), (effect.BySelf, effect.Controls, effect.Value, effect.ControlsHash));
    }

    [Theory]
    [InlineData(Threshold.Zero, 1)]
    [InlineData(Threshold.ControlMedian, 1)]
    [InlineData(Threshold.StandardError, 0)]
    [InlineData(Threshold.PlaceboRank, 0.9)]
    public void A_small_growth_is_a_success_by_some_rules(Threshold threshold, double expected)
    {
        // Differences of the controls: 0, 0, 0.5 (a tie), 0, 0; of the user: 0.5.
        var controls = Controls(5, 0);
        controls[2] = Control(3, (24, 1));
        Assert.Equal(expected, Success.Of(Measure(Treated((24, 1)), controls).Identified(), threshold));
    }

    /// <summary>Var = 1·(1 + 1/5): ΔY = 2 lies 1.83 standard errors above 0.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1.8, 1)]
    [InlineData(1.9, 0)]
    public void A_success_may_be_asked_to_exceed_any_number_of_standard_errors(double z, double expected)
    {
        var effect = Measure(Treated((24, 4)), Controls(5, 0), variance: 2).Identified();
        Assert.Equal(1.2, effect.Variance!.Value, 1e-12);
        Assert.Equal(expected, Success.Of(effect, Options with { Threshold = Threshold.StandardError, StandardErrors = z }));
    }

    [Fact]
    public void A_user_who_did_nothing_is_no_success_because_others_did_less()
    {
        var effect = Measure(Treated(), Controls(5, -1)).Identified();
        Assert.True(effect.Value > 0);
        Assert.Equal(0, Success.Of(effect, Threshold.Zero));
    }
}
