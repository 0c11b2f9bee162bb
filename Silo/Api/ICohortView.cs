using System.Collections.Concurrent;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Cohorts;
using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Silo.Api;

/// <summary>The newest fold of each program, for people.</summary>
public interface ICohortView
{
    /// <summary>The fold of a program; version 0 before the first.</summary>
    ValueTask<CohortSnapshot> OfAsync(string programId);
}

/// <summary>Folds from the cohort grains; what has not changed is not unpacked again.</summary>
sealed class CohortView(IGrainFactory grains) : ICohortView
{
    readonly ConcurrentDictionary<string, CohortSnapshot> known = new(StringComparer.Ordinal);

    public async ValueTask<CohortSnapshot> OfAsync(string programId)
    {
        var before = known.GetValueOrDefault(programId) ?? CohortSnapshot.None(programId);
        var fold = await grains.GetGrain<ICohort>(CohortKey.Of(AgentKey.DefaultTenant, programId)).NewestAsync(before.Version);
        return fold.Version == before.Version || fold.Packed.Length == 0 ? before : known[programId] = CohortCodec.Unpack(fold.Packed);
    }
}
