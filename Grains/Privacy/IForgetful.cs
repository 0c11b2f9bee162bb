using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>Something in this process that keeps what it saw of people for a while.</summary>
public interface IForgetful
{
    /// <summary>Lets go of what belongs to some agents.</summary>
    void Forget(IReadOnlySet<AgentKey> people);
}

/// <summary>Brings a change of the register to every silo.</summary>
public interface IEverywhere
{
    /// <summary>Completes when no silo goes by an older register.</summary>
    Task InForceAsync(CancellationToken stop);

    /// <summary>Has every silo let go of what it keeps of some agents beside the store.</summary>
    Task ForgetAsync(IReadOnlyCollection<AgentKey> people, CancellationToken stop);
}
