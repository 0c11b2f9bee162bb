using Aampe.Agents.Core.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Delivery;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>Telephone numbers that were written to, as keyed hashes: whoever answers STOP is found by the number.</summary>
sealed class KnownNumbers(IContactPoints points, KeyRing keys)
{
    /// <summary>Notes that a user is written to at a number.</summary>
    public async ValueTask KnowAsync(AgentKey agent, string channel, string number, CancellationToken stop) =>
        await points.KnowAsync(agent.ToString(), channel, await FingerprintAsync(channel, number, stop), stop);

    /// <summary>Whose number it is; several users may share one.</summary>
    public async ValueTask<IReadOnlyList<AgentKey>> WhoseAsync(string channel, string number, CancellationToken stop) =>
        [.. (await points.AgentsAsync(AgentKey.DefaultTenant, channel, await FingerprintAsync(channel, number, stop), stop)).Select(AgentKey.Parse)];

    async ValueTask<byte[]> FingerprintAsync(string channel, string number, CancellationToken stop) =>
        (await keys.PepperAsync(stop)).Hash("contact:" + ContactTraits.Bare(channel, number));
}
