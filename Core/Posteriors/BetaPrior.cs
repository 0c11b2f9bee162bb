namespace Aampe.Agents.Core.Posteriors;

/// <summary>Where a prior comes from. The numbers are stored; they never change meaning.</summary>
public enum PriorSource
{
    /// <summary>Fewer than 10 users or 30 trials: the level above.</summary>
    Parent = 0,

    /// <summary>Maximum of the likelihood, strength clipped.</summary>
    Fitted = 1,

    /// <summary>All trials agree: the pooled share with half a success and half a failure, at the largest strength.</summary>
    AllSame = 2,

    /// <summary>Nobody has two trials: the pooled share at the parent's strength, 2 without a parent.</summary>
    SingleTrials = 3,

    /// <summary>Users differ less than chance would make them: the fitted mean at the largest strength.</summary>
    UnderDispersed = 4,

    /// <summary>The rate of users whom nobody messages, for Hold.</summary>
    Untreated = 5,
}

/// <summary>A prior imputed from a cohort.</summary>
/// <param name="Prior">The Beta law.</param>
/// <param name="Source">Which rule gave it.</param>
/// <param name="Users">Users of the cohort with at least one trial.</param>
/// <param name="Trials">Their trials.</param>
/// <param name="Successes">Their successes.</param>
public sealed record BetaPrior(BetaPosterior Prior, PriorSource Source, int Users, long Trials, long Successes);
