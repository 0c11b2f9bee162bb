using Aampe.Agents.Core.Agents;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Grains.Cohorts;

/// <summary>
/// The panel as this silo has read it last: programs that fold at the same moment read it once, and what has the version of the last fold is not read
/// again. It holds no more than the panel of one tenant, and lets all of it go when the register of suppressed and erased people changes.
/// </summary>
public sealed class PanelStates(IAgentStore store, PersonMarks marks) : IDisposable
{
    const int Page = 256;

    readonly SemaphoreSlim reading = new(1);
    Dictionary<string, (long Version, AgentState State)> known = new(StringComparer.Ordinal);
    string of = "";
    long revision = -1;

    /// <summary>The agents of the panel, in its order.</summary>
    public async ValueTask<IReadOnlyList<AgentState>> ReadAsync(string tenant, int size, CancellationToken stop)
    {
        await reading.WaitAsync(stop);
        try
        {
            if (of != tenant || revision != marks.Revision)
            {
                // Versions of the next life begin at 1 again.
                (of, revision, known) = (tenant, marks.Revision, new(StringComparer.Ordinal));
            }

            var places = await store.PanelPlacesAsync(tenant, size, stop);
            var next = new Dictionary<string, (long Version, AgentState State)>(places.Count, StringComparer.Ordinal);
            var unread = new List<string>();
            foreach (var place in places)
            {
                if (place.State is { } state)
                {
                    next[place.Key] = (place.Version, state);
                }
                else if (known.TryGetValue(place.Key, out var read) && read.Version == place.Version)
                {
                    next[place.Key] = read;
                }
                else
                {
                    unread.Add(place.Key);
                }
            }

            foreach (var page in unread.Chunk(Page))
            {
                foreach (var agent in await store.ReadManyAsync(page, stop))
                {
                    next[agent.Key] = (agent.Version, AgentStateCodec.Unpack(agent.Record.Span));
                }
            }

            known = next;
            // Who was erased meanwhile has no record any more.
            return [.. places.Where(place => next.ContainsKey(place.Key)).Select(place => next[place.Key].State)];
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Lets go of everything: somebody was erased, or folds are made elsewhere from now on.</summary>
    public async ValueTask ForgetAsync()
    {
        await reading.WaitAsync();
        known = new(StringComparer.Ordinal);
        reading.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();
}
