using Aampe.Agents.Grains.Interfaces.Agents;
using Orleans.GrainReferences;

namespace Aampe.Agents.Grains.Agents;

/// <summary>
/// References to agents. A grain factory looks interface and class up again for every one, by reflection, which costs two calls' worth of work: here
/// they are looked up once.
/// </summary>
public sealed class AgentReferences(IGrainFactory grains, GrainReferenceActivator activator)
{
    // Any agent's reference knows the kind of all.
    readonly Lazy<(GrainType Type, GrainInterfaceType Interface)> kind = new(() =>
    {
        var any = (GrainReference)grains.GetGrain<IUserAgent>(AgentKey.DefaultTenant);
        return (any.GrainId.Type, any.InterfaceType);
    });

    /// <summary>The reference of an agent.</summary>
    public IUserAgent Of(AgentKey agent) => Of(agent.ToString());

    /// <summary>The reference of an agent by its key as text.</summary>
    public IUserAgent Of(string key) => (IUserAgent)activator.CreateReference(GrainId.Create(kind.Value.Type, key), kind.Value.Interface);
}
