using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// What Hold starts from: how often users succeed whom nobody messages, measured as an agent's own hold is (method §10, Hold). Holdout users alone: no agent
/// holds them, so that nobody meets its own holds again in its prior.
/// </summary>
public static class HoldRate
{
    const int FewestUsers = 10;

    /// <summary>The prior of Hold; null where fewer than ten holdout users can be measured.</summary>
    /// <param name="fold">Weights and controls.</param>
    /// <param name="options">How effects of the program are measured.</param>
    /// <param name="at">Pseudo-intervention; a whole window and the grace must lie behind it.</param>
    /// <param name="strengthCap">M_max.</param>
    public static PriorCell? Prior(CohortSnapshot fold, EffectOptions options, Instant at, double strengthCap)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(options);
        var pool = fold.Strata(at, Events.LifecycleState.Active)[^1];
        var (successes, trials, effects, shared) = (0.0, 0, default(Moments), new SharedCandidates());
        foreach (var user in pool.Span)
        {
            if (user.Holdout && ControlGroup.IsEligible(user, at, options) && Measured(fold, user, pool, at, options, shared) is { } effect && Success.Of(effect, options) is { } success)
            {
                (successes, trials, effects) = (successes + success, trials + 1, effects.Add(effect.Value));
            }
        }

        if (trials < FewestUsers)
        {
            return null;
        }

        var beta = EmpiricalBayes.HoldPrior((long)Math.Round(successes), trials, strengthCap);
        var variance = effects.Variance();
        return new PriorCell(beta, new GaussianPosterior(effects.Mean, Math.Clamp(trials, 1, strengthCap), 2, variance > 0 ? variance : fold.Unknown.Gaussian.B), PriorSource.Untreated, trials);
    }

    static Effect.Identified? Measured(CohortSnapshot fold, ControlUser user, ReadOnlyMemory<ControlUser> pool, Instant at, EffectOptions options, SharedCandidates shared)
    {
        var held = new TreatedUser(user.Events, user.ObservedSince, user.WithdrawnAt, user.Interventions)
        {
            Hash = user.Hash,
            FirstSeen = user.FirstSeen,
            Days = user.Days,
            CountedSince = user.CountedSince,
            SendsSince = user.SendsSince,
        };
        return Effect.MeasureNearest(at, held, [pool], null, options, fold.Weights.Version, Circumstances.Complete, shared) as Effect.Identified;
    }
}
