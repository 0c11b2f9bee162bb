using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>
/// What effects have taught about one (context, set, action), kept apart from any prior: forgotten with time, plus whole-number counts, of a life and by
/// day (the cohort's empirical Bayes needs those of the last 90 days). The default value is no evidence.
/// </summary>
/// <param name="Successes">Discounted weight of successes, s ≥ 0.</param>
/// <param name="Failures">Discounted weight of failures, f ≥ 0.</param>
/// <param name="Count">Discounted number of continuous effects, n ≥ 0.</param>
/// <param name="MeanEffect">Their mean x̄, nats; forgetting keeps it.</param>
/// <param name="SquaredDeviations">Discounted M2 = Σ(x − x̄)², ≥ 0.</param>
/// <param name="LastAt">Moment to which the discount has been applied.</param>
/// <param name="Trials">Number of binarised effects, undiscounted.</param>
/// <param name="Wins">Number of them with success ≥ ½.</param>
/// <remarks>docs/method.md §7.</remarks>
public readonly record struct Evidence(
    double Successes,
    double Failures,
    double Count,
    double MeanEffect,
    double SquaredDeviations,
    Instant LastAt,
    int Trials,
    int Wins)
{
    /// <summary>Binarised effects of the last 90 days, undiscounted, by the day they matured.</summary>
    public DatedCounts Dated { get; init; }

    /// <summary>No observation yet.</summary>
    public bool IsEmpty => Count == 0 && Successes == 0 && Failures == 0 && Trials == 0;

    /// <summary>n·x̄, nats.</summary>
    public double SumEffect => Count * MeanEffect;

    /// <summary>s + f: the weight that reports show beside the mean.</summary>
    public double Weight => Successes + Failures;

    /// <summary>The evidence as it counts at a later moment: discounted by 2^(−elapsed / half-life). An earlier moment changes nothing.</summary>
    /// <param name="at">The moment of the read.</param>
    /// <param name="forgettingHalfLife">h_f, &gt; 0; null = nothing is forgotten.</param>
    public Evidence DecayedTo(Instant at, TimeSpan? forgettingHalfLife)
    {
        if (IsEmpty)
        {
            return this with { LastAt = at };
        }

        if (at <= LastAt)
        {
            return this;
        }

        if (forgettingHalfLife is not { } halfLife)
        {
            return this with { LastAt = at };
        }

        var elapsed = (double)(at.UnixMilliseconds - LastAt.UnixMilliseconds);
        var kept = Math.Pow(2, -elapsed / Require.Positive(halfLife.TotalMilliseconds));
        return this with
        {
            Successes = kept * Successes,
            Failures = kept * Failures,
            Count = kept * Count,
            SquaredDeviations = kept * SquaredDeviations,
            LastAt = at,
        };
    }

    /// <summary>The evidence with one more effect, discounted to its moment first.</summary>
    /// <param name="success">Binarised effect b in [0, 1]; null where the binarisation gives none.</param>
    /// <param name="effect">Effect ΔY, nats.</param>
    /// <param name="weight">Credit ω; ≥ 0, 1 as a rule.</param>
    /// <param name="at">When the effect matured.</param>
    /// <param name="forgettingHalfLife">h_f, &gt; 0; null = nothing is forgotten.</param>
    public Evidence Add(double? success, double effect, double weight, Instant at, TimeSpan? forgettingHalfLife)
    {
        Require.Finite(effect);
        Require.NotNegative(weight);
        var old = DecayedTo(at, forgettingHalfLife);
        var count = old.Count + weight;
        var away = effect - old.MeanEffect;
        var mean = count > 0 ? old.MeanEffect + away * weight / count : 0;
        // Not Welford's away · (effect − mean): that product rounds below zero where the effect is all there is.
        var deviation = count > 0 ? away * away * old.Count * weight / count : 0;
        var continuous = old with { Count = count, MeanEffect = mean, SquaredDeviations = old.SquaredDeviations + deviation };
        if (success is not { } b)
        {
            return continuous;
        }

        Require.Between(b, 0, 1, nameof(success));
        return continuous with
        {
            Successes = old.Successes + weight * b,
            Failures = old.Failures + weight * (1 - b),
            Trials = old.Trials + 1,
            Wins = old.Wins + (b >= 0.5 ? 1 : 0),
            Dated = old.Dated.Add(at.UtcDay, 1, b >= 0.5 ? 1 : 0),
        };
    }

    /// <summary>How long after it was added an effect may still be revised: 7 d.</summary>
    public static readonly TimeSpan RevisableFor = TimeSpan.FromDays(7);

    /// <summary>
    /// Option for late events: an effect that was measured again takes the place of what it gave before, as it counts by now. Later than
    /// <see cref="RevisableFor"/> after its addition nothing changes.
    /// </summary>
    /// <param name="was">What was added.</param>
    /// <param name="now">What it is now known to be.</param>
    /// <param name="addedAt"><see cref="LastAt"/> right after the addition.</param>
    /// <param name="at">The moment of the revision; not before <see cref="LastAt"/>.</param>
    /// <param name="forgettingHalfLife">h_f of that addition.</param>
    /// <remarks>docs/method.md §5, late events.</remarks>
    public Evidence Revise(ObservedEffect was, ObservedEffect now, Instant addedAt, Instant at, TimeSpan? forgettingHalfLife)
    {
        var today = DecayedTo(at, forgettingHalfLife);
        if (at - addedAt > RevisableFor)
        {
            return today;
        }

        var share = forgettingHalfLife is { } halfLife && today.LastAt > addedAt
            ? Math.Pow(2, -(today.LastAt - addedAt).TotalMilliseconds / halfLife.TotalMilliseconds)
            : 1;
        return today.With(was, -share, addedAt.UtcDay).With(now, share, addedAt.UtcDay);
    }

    // Adds (sign +) or takes out (sign −) an effect at a share of its weight: the weighted mean and Σ(x − mean)² move exactly, either way.
    Evidence With(ObservedEffect effect, double share, int day)
    {
        Require.Finite(effect.Effect);
        var weight = share * Require.NotNegative(effect.Weight);
        var count = Count + weight;
        var whole = Math.Sign(share) * (effect.Success is null ? 0 : 1);
        var won = effect.Success >= 0.5 ? whole : 0;
        var away = effect.Effect - MeanEffect;
        // What is left of a difference of equal weights is rounding, not an observation.
        var any = count > 1e-12 * (Count + Math.Abs(weight));
        return this with
        {
            Successes = Math.Max(0, Successes + weight * (effect.Success ?? 0)),
            Failures = Math.Max(0, Failures + (effect.Success is { } b ? weight * (1 - b) : 0)),
            Count = any ? count : 0,
            MeanEffect = any ? MeanEffect + away * weight / count : 0,
            SquaredDeviations = any ? Math.Max(0, SquaredDeviations + away * away * Count * weight / count) : 0,
            Trials = Trials + whole,
            Wins = Wins + won,
            Dated = Dated.Add(day, whole, won),
        };
    }

    /// <summary>Evidence of two disjoint sources together, each discounted to the later of their moments.</summary>
    /// <remarks>Used when an anonymous user turns out to be a known one.</remarks>
    public Evidence Merge(Evidence other, TimeSpan? forgettingHalfLife)
    {
        if (other.IsEmpty)
        {
            return this;
        }

        var at = IsEmpty ? other.LastAt : Instant.Max(LastAt, other.LastAt);
        var (a, b) = (DecayedTo(at, forgettingHalfLife), other.DecayedTo(at, forgettingHalfLife));
        var count = a.Count + b.Count;
        var away = b.MeanEffect - a.MeanEffect;
        return new(
            a.Successes + b.Successes,
            a.Failures + b.Failures,
            count,
            count > 0 ? a.MeanEffect + away * b.Count / count : 0,
            a.SquaredDeviations + b.SquaredDeviations + (count > 0 ? away * away * a.Count * b.Count / count : 0),
            at,
            a.Trials + b.Trials,
            a.Wins + b.Wins)
        {
            Dated = a.Dated.Merge(b.Dated),
        };
    }

    /// <summary>Prior and evidence together, Beta(α0 + s, β0 + f).</summary>
    public BetaPosterior Posterior(BetaPosterior prior) => new(prior.Alpha + Successes, prior.Beta + Failures);

    /// <summary>Prior and evidence together, normal–inverse-gamma.</summary>
    public GaussianPosterior Posterior(GaussianPosterior prior) => prior.Update(Count, MeanEffect, SquaredDeviations);
}
