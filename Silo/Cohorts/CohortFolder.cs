using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Cohorts;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Pump;

namespace Aampe.Agents.Silo.Cohorts;

/// <summary>Has cohorts folded, and this silo's rules taken anew.</summary>
public sealed class CohortFolder(IGrainFactory grains, RulesCache rules, PumpBarrier pump)
{
    /// <summary>The next moment at which cohorts are folded: whole multiples of the interval since 1970, so that every run has the same grid.</summary>
    public static Instant NextAfter(Instant now, int minutes)
    {
        var step = minutes * 60_000L;
        return new Instant(((now.UnixMilliseconds / step) + 1) * step);
    }

    /// <summary>Folds every program's cohort as of a moment up to which all events have been applied.</summary>
    /// <returns>Number of cohorts.</returns>
    public async Task<int> FoldAsync(Instant asOf, CancellationToken stop)
    {
        await pump.CheckpointElsewhereAsync(stop);
        var programs = rules.Programs.Where(program => program.State is ProgramState.Live or ProgramState.Paused).ToList();
        await Task.WhenAll(programs.Select(program => grains.GetGrain<ICohort>(CohortKey.Of(AgentKey.DefaultTenant, program.Id)).RefreshAsync(asOf).AsTask()));
        await rules.RefreshAsync(stop);
        return programs.Count;
    }
}
