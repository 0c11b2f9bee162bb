namespace Aampe.Agents.Grains.Interfaces.Rules;

/// <summary>The rules of one silo (key: its address as Orleans writes it).</summary>
[Alias("agents.ISiloRules")]
public interface ISiloRules : IGrainWithStringKey
{
    /// <summary>Completes when every step that begins on that silo goes by the newest rules.</summary>
    [Alias("Refresh")]
    ValueTask RefreshAsync();
}
