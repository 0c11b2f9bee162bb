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

    /// <summary>
    /// Folds the panel anew as of the moment of the newest fold, by the records alone: nothing of earlier folds goes in, so that who is no longer among the records
    /// is in nothing of it. Does nothing before the first fold, or where none of some agents can have been in the panel.
    /// </summary>
    /// <param name="ranks">Places in the order of the panel of the agents that are gone.</param>
    [Alias("Rebuild"), ResponseTimeout("00:10:00")]
    ValueTask<CohortRebuild> RebuildAsync(long[] ranks);

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

/// <summary>A fold by the records alone, beside the one that it replaced.</summary>
/// <param name="Rebuilt">False: there was no fold, or none of the agents was in the panel.</param>
/// <param name="AsOf">Moment of both.</param>
/// <param name="VersionBefore">Number of the fold before.</param>
/// <param name="VersionAfter">Number of the newest fold.</param>
/// <param name="HashBefore">SHA-256 of the fold before.</param>
/// <param name="HashAfter">SHA-256 of the newest fold.</param>
/// <param name="Before">Its numbers (Core's PriorTable), UTF-8 JSON.</param>
/// <param name="After">Its numbers, UTF-8 JSON.</param>
[GenerateSerializer, Immutable, Alias("agents.cohort-rebuild")]
public sealed record CohortRebuild(
    [property: Id(0)] bool Rebuilt,
    [property: Id(1)] Instant AsOf,
    [property: Id(2)] long VersionBefore,
    [property: Id(3)] long VersionAfter,
    [property: Id(4)] string HashBefore,
    [property: Id(5)] string HashAfter,
    [property: Id(6)] byte[] Before,
    [property: Id(7)] byte[] After);
