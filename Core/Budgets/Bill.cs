using System.Collections.Immutable;

namespace Aampe.Agents.Core.Budgets;

/// <summary>A budget in one of its periods: what is spent is counted by these.</summary>
/// <param name="Budget">Key of the budget (<see cref="Charge.KeyOf"/>).</param>
/// <param name="Period">Name of the period (<see cref="BudgetSpan.Name"/>).</param>
public readonly record struct SpendingSlot(string Budget, string Period);

/// <summary>What a send takes from one budget.</summary>
/// <param name="Slot">Budget and period.</param>
/// <param name="Amount">Cost; above 0.</param>
/// <param name="Limit">The budget's amount.</param>
public sealed record BillLine(SpendingSlot Slot, decimal Amount, decimal Limit);

/// <summary>What a hand-over takes from budgets: from all of them or from none.</summary>
/// <param name="DecisionId">The decision; it is paid once, however often it is asked for.</param>
/// <param name="Lines">One a budget; at least one.</param>
public sealed record Bill(string DecisionId, ImmutableArray<BillLine> Lines);
