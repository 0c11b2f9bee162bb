namespace Aampe.Agents.Storage.Ledger;

/// <summary>When agents' rows are written.</summary>
/// <param name="Age">Longest that an agent may be ahead of its row while nothing forces a checkpoint; what a new owner has to repeat at most.</param>
/// <param name="Agents">Agents of one partition that may be ahead of their rows before a checkpoint begins, whatever their age.</param>
/// <param name="Patience">How long a reader waits for a partition that is being taken over.</param>
public sealed record LedgerOptions(TimeSpan Age, int Agents, TimeSpan Patience)
{
    /// <summary>Five seconds, 20,000 agents, ten seconds.</summary>
    public static LedgerOptions Usual { get; } = new(TimeSpan.FromSeconds(5), 20_000, TimeSpan.FromSeconds(10));
}
