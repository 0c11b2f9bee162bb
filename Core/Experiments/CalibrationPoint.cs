namespace Aampe.Agents.Core.Experiments;

/// <summary>How often p values of a placebo were at most some number.</summary>
/// <param name="P">The number; in (0, 1]. Also the share that is expected.</param>
/// <param name="Seen">Share of p values that were at most that; in [0, 1].</param>
/// <param name="Low">Lower end of where the share lies when p values are uniform and draws independent, at the placebo's level.</param>
/// <param name="High">Upper end.</param>
public readonly record struct CalibrationPoint(double P, double Seen, double Low, double High);
