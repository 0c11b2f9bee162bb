using Aampe.Agents.Core.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Api;

/// <summary>Looks at a sample of users, the same that cohorts are folded from: a hash of their ids draws it, so that it tells nothing about what they are.</summary>
sealed class AudiencePanel(IAgentStore store, PumpBarrier barrier, IOptions<ApiOptions> options) : IDisposable
{
    // One look at a time: a rule that is typed is asked for again with every word.
    readonly SemaphoreSlim looking = new(1);

    /// <summary>Shows each user of the sample; lives that have joined another are counted and not shown.</summary>
    /// <returns>Users looked at, and all there are.</returns>
    public async Task<(long Sampled, long Users)> LookAsync(Action<AgentState> see, CancellationToken stop)
    {
        await looking.WaitAsync(stop);
        try
        {
            await barrier.CheckpointElsewhereAsync(stop);
            var users = (await store.TotalsAsync(AgentKey.DefaultTenant, stop)).Agents;
            var sampled = 0L;
            await foreach (var stored in store.PanelAsync(AgentKey.DefaultTenant, options.Value.SampleUsers, stop))
            {
                sampled++;
                var state = AgentStateCodec.Unpack(stored.Record.Span);
                if (state.MergedInto.Length == 0)
                {
                    see(state);
                }
            }

            return (sampled, Math.Max(users, sampled));
        }
        finally
        {
            looking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => looking.Dispose();
}
