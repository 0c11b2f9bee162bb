using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Rules;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Silo.Cluster;

/// <summary>
/// Brings a change of the rules to every silo before it is acknowledged (R9). A silo that cannot be told stops acting when its lease runs out; the
/// acknowledgement waits for that.
/// </summary>
public sealed class RulesEverywhere(RulesCache rules, PartitionOwners owners, IGrainFactory grains, IClock clock, TimeProvider time, IEnumerable<IUnderWay> underWay) : IEverywhere
{
    /// <summary>Completes when no silo goes by older rules, and what had been let out by them is over.</summary>
    public async Task RefreshAsync(CancellationToken stop)
    {
        await rules.RefreshCatalogueAsync(stop);
        var others = clock.Simulated ? [] : owners.Silos.Where(silo => !silo.Equals(owners.Here)).Select(silo => TellAsync(silo, stop));
        await Task.WhenAll([.. underWay.Select(one => one.PassedAsync(stop)), .. others]);
    }

    /// <inheritdoc/>
    public Task InForceAsync(CancellationToken stop) => RefreshAsync(stop);

    /// <inheritdoc/>
    /// <remarks>A silo that does not answer in time has only what memory holds; its next start has none of it.</remarks>
    public Task ForgetAsync(IReadOnlyCollection<AgentKey> people, CancellationToken stop) => Task.WhenAll(owners.Silos.DefaultIfEmpty(owners.Here)
        .Select(silo => grains.GetGrain<ISiloRules>(silo.ToParsableString()).ForgetAsync([.. people.Select(one => one.ToString())]).AsTask().WaitAsync(stop)));

    async Task TellAsync(SiloAddress silo, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                await grains.GetGrain<ISiloRules>(silo.ToParsableString()).RefreshAsync().AsTask().WaitAsync(RulesCache.Lease, time, stop);
                return;
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException)
            {
                if (!owners.Silos.Contains(silo) || time.GetElapsedTime(since) > RulesCache.Lease)
                {
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), time, stop);
            }
        }
    }
}
