using System.Collections.Immutable;
using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Agents;

/// <summary>Evidence of one cell over the users of the panel, on its way to a prior.</summary>
internal sealed class CellSum
{
    readonly List<CellMember> members = [];

    /// <summary>The members of a cell in which one user's own counts matter; empty in a larger one (method §9).</summary>
    public ImmutableArray<CellMember> Small => members.Count < EmpiricalBayes.OwnCountsMatterBelow ? [.. members] : [];

    /// <param name="agent">Hash of the agent's name among controls.</param>
    /// <param name="counted">Binarised effects of the last 90 days, and the successes among them.</param>
    /// <param name="evidence">The continuous effects.</param>
    public void Add(ulong agent, (int Trials, int Wins) counted, Evidence evidence) =>
        members.Add(new(agent, counted.Wins, counted.Trials, evidence.Count, evidence.MeanEffect, evidence.SquaredDeviations));

    public PriorCell Fit(PriorCell parent, double strengthCap)
    {
        var prior = EmpiricalBayes.Fit(members.Select(member => (member.Wins, member.Trials)), parent.Beta, strengthCap);
        return new PriorCell(prior.Prior, NormalNormal.PriorOf(members.Select(member => member.Evidence), parent.Gaussian, strengthCap), prior.Source, members.Count);
    }
}
