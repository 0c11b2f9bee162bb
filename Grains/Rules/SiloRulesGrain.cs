using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Rules;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Privacy;

namespace Aampe.Agents.Grains.Rules;

/// <summary>Stands on the silo that its key names.</summary>
[OnSilo]
public sealed class SiloRulesGrain(RulesCache rules, IEnumerable<IForgetful> memories, IEnumerable<IUnderWay> underWay) : Grain, ISiloRules
{
    /// <inheritdoc/>
    public async ValueTask RefreshAsync()
    {
        await rules.RefreshCatalogueAsync(CancellationToken.None);
        await Task.WhenAll(underWay.Select(one => one.PassedAsync(CancellationToken.None)));
    }

    /// <inheritdoc/>
    public ValueTask ForgetAsync(string[] agents)
    {
        var people = agents.Select(AgentKey.Parse).ToHashSet();
        foreach (var memory in memories)
        {
            memory.Forget(people);
        }

        return ValueTask.CompletedTask;
    }
}
