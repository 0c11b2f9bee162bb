using System.Collections.Immutable;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Priors imputed from similar users.</summary>
/// <remarks>docs/method.md §9. Levels, finest first: (context, set, action), (context, set), set, Beta(1, 1).</remarks>
public static class EmpiricalBayes
{
    /// <summary>M_max: about 20 effects of one's own outweigh the cohort.</summary>
    public const double DefaultStrengthCap = 20;

    /// <summary>From so many users on, one user's own counts in its prior move it by less than the rest is known: bias O(1/I).</summary>
    public const int OwnCountsMatterBelow = 200;

    const int FewestUsers = 10;
    const int FewestTrials = 30;
    const double LeastStrength = 2;
    const double Diverges = 1e4;

    /// <summary>Beta prior of a cohort's histogram.</summary>
    /// <param name="cohort">Users by successes and trials.</param>
    /// <param name="parent">Prior of the level above; null = none known, then Beta(1, 1).</param>
    /// <param name="strengthCap">M_max ≥ 2.</param>
    public static BetaPrior Fit(SuccessHistogram cohort, BetaPosterior? parent, double strengthCap = DefaultStrengthCap)
    {
        ArgumentNullException.ThrowIfNull(cohort);
        return Fit(cohort.Pairs(), parent, strengthCap);
    }

    /// <summary>Beta prior of a cohort as one user of it sees it: in a cohort below 200 users its own counts are taken out first.</summary>
    /// <param name="cohort">Users by successes and trials, this one included.</param>
    /// <param name="ownSuccesses">This user's successes.</param>
    /// <param name="ownTrials">This user's trials; 0 if it is not in the cohort.</param>
    /// <param name="parent">Prior of the level above; null = none known.</param>
    /// <param name="strengthCap">M_max ≥ 2.</param>
    public static BetaPrior FitWithout(SuccessHistogram cohort, int ownSuccesses, int ownTrials, BetaPosterior? parent, double strengthCap = DefaultStrengthCap)
    {
        ArgumentNullException.ThrowIfNull(cohort);
        if (ownTrials == 0 || cohort.Users >= OwnCountsMatterBelow)
        {
            return Fit(cohort, parent, strengthCap);
        }

        var others = cohort.Copy();
        others.Subtract(ownSuccesses, ownTrials);
        return Fit(others, parent, strengthCap);
    }

    /// <summary>Beta prior of a list of users.</summary>
    /// <param name="users">Successes and trials of each user, undiscounted; trials ≥ 1.</param>
    /// <param name="parent">Prior of the level above; null = none known.</param>
    /// <param name="strengthCap">M_max ≥ 2.</param>
    public static BetaPrior Fit(IEnumerable<(int Successes, int Trials)> users, BetaPosterior? parent, double strengthCap = DefaultStrengthCap) =>
        Fit([.. users.GroupBy(user => user).Select(group => (group.Key.Successes, group.Key.Trials, group.Count()))], parent, strengthCap);

    /// <summary>Priors of a chain of levels, each the parent of the next.</summary>
    /// <param name="coarseToFine">Histograms of set, (context, set), (context, set, action).</param>
    /// <param name="strengthCap">M_max ≥ 2.</param>
    /// <returns>One prior a level, in the same order.</returns>
    public static ImmutableArray<BetaPrior> FitLevels(IReadOnlyList<SuccessHistogram> coarseToFine, double strengthCap = DefaultStrengthCap)
    {
        ArgumentNullException.ThrowIfNull(coarseToFine);
        var priors = ImmutableArray.CreateBuilder<BetaPrior>(coarseToFine.Count);
        BetaPosterior? parent = null;
        foreach (var level in coarseToFine)
        {
            var prior = Fit(level, parent, strengthCap);
            priors.Add(prior);
            parent = prior.Prior;
        }

        return priors.MoveToImmutable();
    }

    /// <summary>Prior of the frequency set's Hold: the share of successes among untreated users, at the largest strength.</summary>
    /// <param name="successes">Successes of untreated windows, ≥ 0.</param>
    /// <param name="trials">Untreated windows, ≥ <paramref name="successes"/>.</param>
    /// <param name="strengthCap">M_max ≥ 2.</param>
    /// <remarks>docs/method.md §10, Hold.</remarks>
    public static BetaPosterior HoldPrior(long successes, long trials, double strengthCap = DefaultStrengthCap)
    {
        Require.Between(trials, 0, long.MaxValue);
        Require.Between(successes, 0, trials);
        return Beta((successes + 0.5) / (trials + 1), Math.Clamp(trials, LeastStrength, strengthCap));
    }

    internal static BetaPrior Fit(IReadOnlyList<(int Successes, int Trials, int Users)> pairs, BetaPosterior? parent, double cap)
    {
        Require.Between(cap, LeastStrength, double.MaxValue, "strengthCap");
        var cohort = new BetaBinomial(pairs);
        var (prior, source) = Rule(cohort, parent, cap);
        return new(prior, source, cohort.Users, cohort.Trials, cohort.Successes);
    }

    static (BetaPosterior Prior, PriorSource Source) Rule(BetaBinomial cohort, BetaPosterior? parent, double cap)
    {
        if (cohort.Users < FewestUsers || cohort.Trials < FewestTrials)
        {
            return (parent ?? default, PriorSource.Parent);
        }

        var pooled = (cohort.Successes + 0.5) / (cohort.Trials + 1);
        if (cohort.Successes == 0 || cohort.Successes == cohort.Trials)
        {
            return (Beta(pooled, cap), PriorSource.AllSame);
        }

        if (cohort.IsSingleTrials)
        {
            return (Beta(pooled, Math.Clamp(parent?.Strength ?? LeastStrength, LeastStrength, cap)), PriorSource.SingleTrials);
        }

        var fit = cohort.Maximum();
        return fit.Strength >= Diverges
            ? (Beta(fit.Mean, cap), PriorSource.UnderDispersed)
            : (Beta(fit.Mean, Math.Clamp(fit.Strength, LeastStrength, cap)), PriorSource.Fitted);
    }

    static BetaPosterior Beta(double mean, double strength) => new(mean * strength, (1 - mean) * strength);
}
