using System.Runtime.CompilerServices;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Evidence;

/// <summary>Decisions of a span of time, newest first, read page by page: what exports and off-policy answers rest on.</summary>
sealed class DecisionSpan(IAgentStore store)
{
    const int Page = 500;

    /// <summary>Decisions at or after <paramref name="from"/> and before <paramref name="before"/>.</summary>
    public async IAsyncEnumerable<StoredDecision> NewestFirstAsync(Instant from, Instant before, [EnumeratorCancellation] CancellationToken stop)
    {
        for (string? id = null; ;)
        {
            var some = await store.RecentDecisionsAsync(AgentKey.DefaultTenant, before, id, Page, stop);
            foreach (var one in some)
            {
                if (one.At < from)
                {
                    yield break;
                }

                yield return one;
            }

            if (some.Count < Page)
            {
                yield break;
            }

            (before, id) = (some[^1].At, some[^1].Id);
        }
    }
}
