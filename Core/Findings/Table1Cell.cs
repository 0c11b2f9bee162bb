using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>One cell of the table.</summary>
/// <param name="Metric">intent, conversion, goals or value.</param>
/// <param name="Method">itt, cuped or psm.</param>
/// <param name="Scale">absolute or relative.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Against">What it is compared with.</param>
/// <param name="Users">Users of the arm (psm: pairs).</param>
/// <param name="AgainstUsers">Users of the other (psm: pairs).</param>
/// <param name="Value">The estimate with its interval, or why there is none.</param>
/// <param name="P">Two-sided p; null = no test.</param>
public sealed record Table1Cell(string Metric, string Method, string Scale, string Arm, string Against, long Users, long AgainstUsers, Estimate Value, double? P)
{
    /// <summary>p adjusted over the metrics of the same method, scale and pair of arms (Holm); null = no test.</summary>
    public double? AdjustedP { get; init; }

    /// <summary>What the panel does not hold, in words; empty = <see cref="Value"/> says it.</summary>
    public string Missing { get; init; } = "";
}
