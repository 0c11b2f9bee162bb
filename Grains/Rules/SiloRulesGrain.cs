using Aampe.Agents.Grains.Interfaces.Rules;
using Aampe.Agents.Grains.Ownership;

namespace Aampe.Agents.Grains.Rules;

/// <summary>Stands on the silo that its key names.</summary>
[OnSilo]
public sealed class SiloRulesGrain(RulesCache rules) : Grain, ISiloRules
{
    /// <inheritdoc/>
    public async ValueTask RefreshAsync() => await rules.RefreshCatalogueAsync(CancellationToken.None);
}
