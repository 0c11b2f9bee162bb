using Aampe.Agents.Grains.Interfaces.Cards;
using Aampe.Agents.Grains.Ownership;
using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Cards;

/// <summary>Stands on the silo that its key names and passes on what it is told. Holds nothing, so its calls may overlap.</summary>
[OnSilo, Reentrant]
public sealed class SiloCardsGrain(ICardNotices notices) : Grain, ISiloCards
{
    /// <inheritdoc/>
    public ValueTask WatchAsync(string agent, string silo)
    {
        notices.Watch(agent, silo);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask OfferedAsync(string agent)
    {
        notices.Offered(agent);
        return ValueTask.CompletedTask;
    }
}
