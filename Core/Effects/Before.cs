using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>
/// Which part of the past says what users would have done after an intervention: all of it for equal windows, and where a long baseline is used only what
/// the treated user's own sends do not reach (docs/method.md §5, baseline).
/// </summary>
readonly struct Before
{
    readonly TimeSpan mass;

    /// <param name="length">L.</param>
    /// <param name="circumstances">Outages: their days are left out.</param>
    public Before(Instant tInt, TreatedUser treated, TimeSpan length, EffectOptions options, Circumstances circumstances)
    {
        TInt = tInt;
        Length = length;
        Options = options;
        mass = Outcome.WindowMass(options.HalfLife, length);
        Counted = options.Adjust || options.Baseline == Baseline.FourWeeks;
        Days = BaselineDays.Before(tInt);
        if (Counted)
        {
            var observed = Days.Since(treated.CountedSince).Since(treated.SendsSince + options.Window);
            var whole = observed.Without(circumstances);
            Days = whole.Without(treated.Interventions, options.Window);
            Why = Days.Count >= options.FewestBaselineDays ? null
                : observed.Count < options.FewestBaselineDays ? WhyNot.NotObserved
                : whole.Count < options.FewestBaselineDays ? WhyNot.IngestGap
                : WhyNot.Overlap;
            Reached = InOrder.AnyWithin(treated.Interventions, tInt - length - options.Window, tInt);
            Roused = Reached || Days != whole;
        }
    }

    public Instant TInt { get; }

    public TimeSpan Length { get; }

    public EffectOptions Options { get; }

    /// <summary>Whether only some of the days count.</summary>
    public bool Counted { get; }

    /// <summary>The treated user's days that count; all 28 for equal windows.</summary>
    public BaselineDays Days { get; }

    /// <summary>Why these days are too few for a long baseline; null if they are enough.</summary>
    public WhyNot? Why { get; }

    /// <summary>Whether own sends reach into the window before, so that what happened in it says nothing of what the user does untreated.</summary>
    public bool Reached { get; }

    /// <summary>Whether own sends reach any of the days looked at: the last event may then be their doing, and the time since then says nothing either.</summary>
    public bool Roused { get; }

    /// <summary>When a control is measured, and the days of the treated user on which it was observed and untreated itself. False when it may not be a control.</summary>
    public bool TryReference(ControlUser control, out Instant at, out BaselineDays days)
    {
        days = Days;
        if (!ControlGroup.TryReference(control, TInt, Options, out at))
        {
            return false;
        }

        if (!Counted)
        {
            days = BaselineDays.Before(at);
            return true;
        }

        days = Days.Since(control.CountedSince).Since(control.SendsSince + Options.Window).Until(at).Without(control.Interventions, Options.Window);
        return days.Count >= Options.FewestBaselineDays;
    }

    /// <summary>What a user did after a moment, and what that is compared with.</summary>
    public (Outcome Pre, Outcome Post) Measure(ReadOnlySpan<WeightedEvent> events, Instant at, DayCounters counters, BaselineDays days)
    {
        var (pre, post) = Window.Around(at, Length);
        var after = Outcome.Measure(events, post, at, Options.HalfLife);
        return Options.Baseline == Baseline.FourWeeks
            ? (new(Usual(counters, days), (int)counters.Sum(days).Events), after)
            : (Outcome.Measure(events, pre, at, Options.HalfLife), after);
    }

    /// <summary>Outcome that a window would have at the rate of some days, nats; 0 without days.</summary>
    public double Usual(DayCounters counters, BaselineDays days) =>
        days.Count == 0 ? 0 : Options.DayWeights.Of(counters.Sum(days)) * mass.TotalDays / days.Count;
}
