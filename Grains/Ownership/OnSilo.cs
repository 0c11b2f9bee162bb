using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Aampe.Agents.Grains.Ownership;

/// <summary>A grain lives on the silo that its key names.</summary>
[GenerateSerializer, Immutable, Alias("agents.on-silo")]
public sealed class OnSilo : PlacementStrategy;

/// <summary>Places a grain class by <see cref="OnSilo"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnSiloAttribute() : PlacementAttribute(new OnSilo());

/// <summary>Finds the silo of a key.</summary>
public sealed class OnSiloDirector : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var wanted = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(wanted)
            ? Task.FromResult(wanted)
            : throw new SiloUnavailableException($"Silo {wanted} is not in the cluster any more.");
    }
}
