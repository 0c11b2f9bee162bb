namespace Aampe.Agents.Grains.Rules;

/// <summary>What this silo has let through by its rules and not ended yet: a change of the rules is in force when what went by the older ones is over.</summary>
public interface IUnderWay
{
    /// <summary>Less than <see cref="RulesCache.Lease"/>: whoever waits for this silo gives it up after that.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Completes when all that had begun at the call is over, at the latest after <see cref="Patience"/>.</summary>
    Task PassedAsync(CancellationToken stop);
}
