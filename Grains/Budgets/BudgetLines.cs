using System.Collections.Immutable;
using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Grains.Interfaces.Budgets;

namespace Aampe.Agents.Grains.Budgets;

/// <summary>Bills and sums as they go between grains.</summary>
static class BudgetLines
{
    public static BudgetLine[] Of(IEnumerable<Bill> bills) =>
        [.. bills.SelectMany(bill => bill.Lines.Select(line => new BudgetLine(bill.DecisionId, line.Slot.Budget, line.Slot.Period, line.Amount, line.Limit)))];

    public static Bill[] Bills(IEnumerable<BudgetLine> lines) =>
        [.. lines.GroupBy(line => line.DecisionId, StringComparer.Ordinal).Select(bill => new Bill(bill.Key, [.. bill.Select(line => new BillLine(new SpendingSlot(line.Budget, line.Period), line.Amount, line.Limit))]))];

    public static IEnumerable<KeyValuePair<SpendingSlot, decimal>> Known(IEnumerable<BudgetSpent> spent) =>
        spent.Select(one => KeyValuePair.Create(new SpendingSlot(one.Budget, one.Period), one.Spent));

    public static BudgetSpent[] Spent(BudgetBook book, ImmutableArray<SpendingSlot> slots) =>
        [.. slots.Distinct().Select(slot => new BudgetSpent(slot.Budget, slot.Period, book.SpentOf(slot), book.OpenOf(slot)))];
}
