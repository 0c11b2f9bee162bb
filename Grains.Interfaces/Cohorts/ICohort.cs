using Aampe.Agents.Core.Time;
using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Interfaces.Cohorts;

/// <summary>
/// What users of one program have in common (key: tenant/program): event weights, priors, untreated controls, totals per arm.
/// Folded anew from the records of a fixed panel of agents, so that a lost call or an erased user can never leave a trace in it.
/// </summary>
[Alias("agents.ICohort")]
public interface ICohort : IGrainWithStringKey
{
    /// <summary>Folds the panel as of a moment; a fold of the same or a later moment that is already there stays.</summary>
    /// <returns>The version that holds now.</returns>
    [Alias("Refresh"), ResponseTimeout("00:05:00")]
    ValueTask<long> RefreshAsync(Instant asOf);

    /// <summary>The newest fold, packed; empty before the first. <paramref name="known"/> is the version that the caller has: no bytes when it is the newest.</summary>
    /// <remarks>Answered while the next fold is made, which takes longer than a start or the lease of the rules may wait: it is replaced as a whole.</remarks>
    [AlwaysInterleave, Alias("Newest")]
    ValueTask<CohortFold> NewestAsync(long known);
}

/// <summary>One fold.</summary>
/// <param name="Version">Number; 0 = none yet.</param>
/// <param name="AsOf">Moment up to which the panel was complete.</param>
/// <param name="Packed">The fold (codec of Core.Agents); empty when the caller has it.</param>
[GenerateSerializer, Immutable, Alias("agents.cohort-fold")]
public sealed record CohortFold([property: Id(0)] long Version, [property: Id(1)] Instant AsOf, [property: Id(2)] byte[] Packed);
