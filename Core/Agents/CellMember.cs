using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Agents;

/// <summary>What one user of the panel gave to a cell of a fold: kept for small cells, so that nobody's own effects come back to it as a prior.</summary>
/// <param name="Agent">64-bit hash of the agent's name among controls.</param>
/// <param name="Wins">Undiscounted successes.</param>
/// <param name="Trials">Undiscounted binarised effects.</param>
/// <param name="Count">Discounted number of effects.</param>
/// <param name="Mean">Their mean, nats.</param>
/// <param name="Squares">Their Σ(x − mean)², discounted.</param>
public readonly record struct CellMember(ulong Agent, int Wins, int Trials, double Count, double Mean, double Squares)
{
    internal Evidence Evidence => new(0, 0, Count, Mean, Squares, default, Trials, Wins);
}
