using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Agents;

/// <summary>Evidence of one cell over the users of the panel, on its way to a prior.</summary>
internal sealed class CellSum
{
    readonly List<(int Wins, int Trials)> users = [];
    readonly List<Evidence> effects = [];

    public void Add(Evidence evidence)
    {
        users.Add((evidence.Wins, evidence.Trials));
        effects.Add(evidence);
    }

    public PriorCell Fit(PriorCell parent, double strengthCap)
    {
        var prior = EmpiricalBayes.Fit(users, parent.Beta, strengthCap);
        return new PriorCell(prior.Prior, NormalNormal.PriorOf(effects, parent.Gaussian, strengthCap), prior.Source, users.Count);
    }
}
