namespace Aampe.Agents.Grains.Interfaces.Rules;

/// <summary>The rules of one silo (key: its address as Orleans writes it).</summary>
[Alias("agents.ISiloRules")]
public interface ISiloRules : IGrainWithStringKey
{
    /// <summary>Completes when every step that begins on that silo goes by the newest rules, and what went out by older ones is over.</summary>
    [Alias("Refresh")]
    ValueTask RefreshAsync();

    /// <summary>What that silo keeps of agents beside the store is let go: the last events and answers that people may look at.</summary>
    /// <param name="agents">Agent keys.</param>
    [Alias("Forget")]
    ValueTask ForgetAsync(string[] agents);
}
