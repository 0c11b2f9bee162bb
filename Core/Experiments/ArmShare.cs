namespace Aampe.Agents.Core.Experiments;

/// <summary>An arm and its weight relative to the other arms of the plan.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Weight">Whole number ≥ 0, in any unit: 70/10/10/10 and 7/1/1/1 are the same plan. 0 keeps the arm empty.</param>
public readonly record struct ArmShare(Arm Arm, int Weight);
