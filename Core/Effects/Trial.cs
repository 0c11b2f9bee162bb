using System.Collections.Immutable;
using System.Numerics;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>One intervention being measured: what stands in the way, then the difference in differences (docs/method.md §5).</summary>
readonly ref struct Trial
{
    /// <summary>ν0: how many controls the stratum's variance counts for; without it all-silent neighbours would give variance 0.</summary>
    const double StratumWeight = 4;

    /// <summary>Own weeks looked at, and fewest of them: whole weeks keep hour and weekday.</summary>
    const int WeeksBack = 4, FewestWeeks = 2;

    readonly Instant tInt;
    readonly TreatedUser treated;
    readonly EffectOptions options;
    readonly long weightsVersion;
    readonly Circumstances circumstances;
    readonly double? stratumVariance;
    readonly bool carryOver;

    public Trial(Instant tInt, TreatedUser treated, EffectOptions options, long weightsVersion, Circumstances circumstances, double? stratumVariance)
    {
        this.tInt = tInt;
        this.treated = treated;
        this.options = options;
        this.weightsVersion = weightsVersion;
        this.circumstances = circumstances;
        this.stratumVariance = stratumVariance is { } variance ? Require.NotNegative(variance, nameof(stratumVariance)) : null;
        var (previous, next) = Around(treated.Interventions, tInt);
        var length = WindowLength.Of(tInt, previous, next, options, out carryOver);
        Length = length ?? WindowLength.Available(tInt, previous, next, options);
        Before = new Before(tInt, treated, Length, options, circumstances);
        Obstacle = FirstObstacle(overlap: length is null);
    }

    /// <summary>L.</summary>
    public TimeSpan Length { get; }

    /// <summary>What past counts.</summary>
    public Before Before { get; }

    /// <summary>The first reason, in the order of the list, for which there is no effect whatever the controls; null if none.</summary>
    public WhyNot? Obstacle { get; }

    public Effect Settle(ReadOnlySpan<ControlUser> neighbours, ReadOnlySpan<double> weights, double radius, int stratum)
    {
        if (!weights.IsEmpty && weights.Length != neighbours.Length)
        {
            throw new ArgumentException($"There must be one weight a control: {neighbours.Length} controls, {weights.Length} weights.", nameof(weights));
        }

        var group = new Differences(neighbours.Length);
        var hash = 0UL;
        for (var i = 0; i < neighbours.Length; i++)
        {
            var control = neighbours[i];
            if (control.Hash != treated.Hash && Before.TryReference(control, out var at, out var days))
            {
                group.Add(Before.Measure(control.Events.Span, at, control.Days, days), weights.IsEmpty ? 1 : weights[i]);
                hash = Chained(hash, control);
            }
        }

        return group.Count < options.FewestNeighbours || group.TotalWeight <= 0
            ? SettleBySelf()
            : Identified(group, radius, bySelf: false, hash) with { Stratum = stratum };
    }

    public Effect SettleBySelf()
    {
        // The user's other weeks have no trigger at their middle: the fall after a busy hour would pass for an effect.
        if (options.Surface == Surface.Triggered)
        {
            return new Effect.NotIdentified(WhyNot.FewControls);
        }

        var group = new Differences(WeeksBack);
        for (var week = 1; week <= WeeksBack; week++)
        {
            var at = tInt - TimeSpan.FromDays(7 * week);
            if (IsFree(at))
            {
                // A long baseline is the same for every week, and cancels.
                group.Add(Before.Measure(treated.Events.Span, at, treated.Days, Before.Days), 1);
            }
        }

        return group.Count < FewestWeeks ? new Effect.NotIdentified(WhyNot.FewControls) : Identified(group, radius: 0, bySelf: true, hash: 0);
    }

    /// <summary>Against what a regression expects; null where too few users of the pool may be controls.</summary>
    public Effect.Identified? SettleAdjusted(ReadOnlySpan<ControlUser> pool, int stratum, SharedCandidates? shared = null)
    {
        var candidates = new Candidates(treated, pool, Before, shared);
        var users = Fitted(candidates);
        var group = new Differences(users.Length);
        var outcomes = new double[users.Length];
        var hash = 0UL;
        for (var i = 0; i < users.Length; i++)
        {
            var control = pool[candidates.IndexOf(users[i])];
            var measured = Before.Measure(control.Events.Span, candidates.At(users[i]), control.Days, candidates.DaysOf(users[i]));
            group.Add(measured, 1);
            outcomes[i] = measured.Post.Value;
            hash = Chained(hash, control);
        }

        return users.Length < options.FewestNeighbours || Adjustment.Of(candidates, users, outcomes) is not { } adjustment
            ? null
            : Identified(group, radius: 0, bySelf: false, hash, adjustment) with { Stratum = stratum };
    }

    WhyNot? FirstObstacle(bool overlap)
    {
        var (pre, post) = Window.Around(tInt, Length);
        if (circumstances.Watermark < post.End)
        {
            return WhyNot.WindowOpen;
        }

        if (circumstances.Refused)
        {
            return WhyNot.NotDelivered;
        }

        // Equal windows need the time before, a long baseline its days.
        var lacking = options.Baseline == Baseline.FourWeeks ? Before.Why : null;
        if (overlap || lacking == WhyNot.Overlap)
        {
            return WhyNot.Overlap;
        }

        var from = options.Baseline == Baseline.FourWeeks ? tInt : pre.Start;
        if (treated.ObservedSince > from || treated.WithdrawnAt < post.End || lacking == WhyNot.NotObserved)
        {
            return WhyNot.NotObserved;
        }

        if (weightsVersion == EventWeights.None.Version)
        {
            return WhyNot.NoWeights;
        }

        var gap = options.Baseline == Baseline.FourWeeks ? lacking is not null : circumstances.TooLittleOf(pre);
        return gap || circumstances.TooLittleOf(post) ? WhyNot.IngestGap : null;
    }

    bool IsFree(Instant at)
    {
        var (pre, post) = Window.Around(at, Length);
        return post.End <= tInt - Length
            && treated.ObservedSince <= pre.Start
            && !OtherWithin(at - options.Window, at + options.Window)
            && !circumstances.TooLittleOf(pre)
            && !circumstances.TooLittleOf(post);
    }

    bool OtherWithin(Instant from, Instant to)
    {
        foreach (var one in treated.Interventions)
        {
            if (one != tInt && one >= from && one < to)
            {
                return true;
            }
        }

        return false;
    }

    // Whether a control stayed unmessaged was chosen by its agent: holdout users alone where they are enough.
    static int[] Fitted(Candidates candidates)
    {
        var alone = candidates.Holdouts >= Adjustment.Enough;
        return [.. Enumerable.Range(0, candidates.Count).Where(i => !alone || candidates.IsHoldout(i))];
    }

    static ulong Chained(ulong hash, ControlUser control) => ControlGroup.Mix(BitOperations.RotateLeft(hash, 1) ^ control.Hash);

    Effect.Identified Identified(Differences group, double radius, bool bySelf, ulong hash, Adjustment? adjustment = null)
    {
        var (pre, post) = Before.Measure(treated.Events.Span, tInt, treated.Days, Before.Days);
        // What is expected of the treated user, less what it did before, is the change that its untreated twins would show.
        var mean = adjustment is null ? group.Mean : adjustment.Expected - pre.Value;
        var spread = adjustment is null ? group.Variance : adjustment.Spread;
        return new(
            post.Value - pre.Value - mean,
            adjustment is null ? Pooled(spread, group.Count) * (1 + group.SquaredWeights) : adjustment.Variance ?? stratumVariance,
            pre,
            post,
            group.Count,
            mean,
            spread,
            radius,
            group.MeanPre,
            group.MeanPost,
            Length,
            carryOver,
            bySelf,
            adjustment is null ? group.ToArray() : Around(mean, adjustment, group.Count),
            hash,
            weightsVersion)
        {
            Adjusted = adjustment is not null,
            BaselineDays = options.Baseline == Baseline.FourWeeks || adjustment is not null ? Before.Days.Count : 0,
        };
    }

    static ImmutableArray<double> Around(double mean, Adjustment adjustment, int count) =>
        [.. Enumerable.Range(0, count).Select(user => mean + adjustment.Surprise(user))];

    double? Pooled(double? spread, int count) => stratumVariance is { } prior
        ? (StratumWeight * prior + (count - 1) * (spread ?? 0)) / (StratumWeight + count - 1)
        : spread;

    // Another send in the same millisecond is an intervention like any other: t_int listed twice is an overlap of length 0.
    static (Instant? Previous, Instant? Next) Around(ImmutableArray<Instant> interventions, Instant tInt)
    {
        var at = InOrder.FirstAtOrAfter(interventions, tInt);
        var next = at < interventions.Length && interventions[at] == tInt ? at + 1 : at;
        return (at > 0 ? interventions[at - 1] : null, next < interventions.Length ? interventions[next] : null);
    }
}
