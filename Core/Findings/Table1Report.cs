using System.Collections.Immutable;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>An experiment as it is reported: by assignment, adjusted, and paired beneath, with the checks that say whether to believe it.</summary>
/// <param name="Trust">The verdict.</param>
/// <param name="SampleRatio">Test of the arms' sizes.</param>
/// <param name="Placebo">The A/A check; null = too few holdout users.</param>
/// <param name="Before">Goals of the 28 days before, agentic against the comparison: must cover 0.</param>
/// <param name="Against">The arm that the headline compares with; empty = there is none.</param>
/// <param name="Cells">The table.</param>
/// <param name="Balance">Covariates.</param>
/// <param name="Theta">θ of the adjustment for goals.</param>
public sealed record Table1Report(
    Trust Trust, SampleRatio SampleRatio, Placebo? Placebo, Estimate Before, string Against, ImmutableArray<Table1Cell> Cells, ImmutableArray<BalanceRow> Balance, double Theta)
{
    /// <summary>Why numbers are withheld, or there are none, and what to do; empty = nothing is withheld.</summary>
    public string Withheld { get; init; } = "";
}
