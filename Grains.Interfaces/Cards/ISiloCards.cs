namespace Aampe.Agents.Grains.Interfaces.Cards;

/// <summary>The open streams of cards of one silo, and who watches its agents (key: the silo's address as Orleans writes it).</summary>
[Alias("agents.ISiloCards")]
public interface ISiloCards : IGrainWithStringKey
{
    /// <summary>A silo has streams open for an agent of this silo: it is told of that agent's decisions for the next minutes. Repeated, it goes on.</summary>
    /// <param name="agent">Agent key.</param>
    /// <param name="silo">The silo that is to be told.</param>
    [Alias("Watch")]
    ValueTask WatchAsync(string agent, string silo);

    /// <summary>An agent whose cards this silo shows has decided something: its streams ask the agent now. A hint: what is lost is asked for a little later.</summary>
    [Alias("Offered")]
    ValueTask OfferedAsync(string agent);
}
