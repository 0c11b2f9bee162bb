namespace Aampe.Agents.Grains.Cards;

/// <summary>What a silo knows of streams of cards: which silos watch its agents, and which streams are open here.</summary>
public interface ICardNotices
{
    /// <summary>A silo wants to be told of an agent's decisions.</summary>
    void Watch(string agent, string silo);

    /// <summary>Has the streams that are open here for an agent ask it.</summary>
    void Offered(string agent);
}
