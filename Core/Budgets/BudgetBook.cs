using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Budgets;

/// <summary>Money that was taken for a decision and whose fate its agent has not told yet.</summary>
/// <param name="Agent">Key of the agent, to ask.</param>
/// <param name="Bill">What was taken.</param>
/// <param name="Stamp">Number of the taking: another one means that it was taken again since.</param>
public sealed record OpenBill(string Agent, Bill Bill, long Stamp);

/// <summary>
/// The book of a tenant's budgets: what is spent of each period, and the bills that are open. Spent holds the open bills too, so the sum of a period can
/// never pass its budget, whatever is lost on the way: a bill that nobody asks about stays spent until its agent says otherwise.
/// </summary>
public sealed class BudgetBook
{
    /// <summary>Periods kept of one budget: five weeks of days. What is older takes nothing any more.</summary>
    public const int Kept = 40;

    readonly SortedDictionary<string, SortedDictionary<string, decimal>> spent = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, OpenBill> open = new(StringComparer.Ordinal);
    long stamp;

    /// <summary>Bills whose fate is not known.</summary>
    public IReadOnlyCollection<OpenBill> Open => open.Values;

    /// <summary>What is spent of every period that is kept.</summary>
    public IEnumerable<KeyValuePair<SpendingSlot, decimal>> Spent =>
        spent.SelectMany(budget => budget.Value.Select(period => KeyValuePair.Create(new SpendingSlot(budget.Key, period.Key), period.Value)));

    /// <summary>What is spent of one period; 0 when nothing was.</summary>
    public decimal SpentOf(SpendingSlot slot) => spent.TryGetValue(slot.Budget, out var periods) ? periods.GetValueOrDefault(slot.Period) : 0;

    /// <summary>What of <see cref="SpentOf"/> belongs to open bills.</summary>
    public decimal OpenOf(SpendingSlot slot) => open.Values.Sum(one => one.Bill.Lines.Where(line => line.Slot == slot).Sum(line => line.Amount));

    /// <summary>Takes the money for some decisions of one agent: for all of them, or nothing where any budget would be overspent. Taking again for the same decision takes once.</summary>
    /// <param name="agent">Key of the agent.</param>
    /// <param name="bills">One a decision.</param>
    /// <returns>Whether it was taken.</returns>
    public bool Take(string agent, IReadOnlyList<Bill> bills)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(bills);
        var before = bills.Select(bill => open.GetValueOrDefault(bill.DecisionId)).ToArray();
        foreach (var known in before)
        {
            Add(known?.Bill.Lines ?? [], -1);
        }

        foreach (var sum in bills.SelectMany(bill => bill.Lines).GroupBy(line => line.Slot))
        {
            if (IsTooOld(sum.Key) || SpentOf(sum.Key) + sum.Sum(line => line.Amount) > sum.Min(line => line.Limit))
            {
                foreach (var known in before)
                {
                    Add(known?.Bill.Lines ?? [], 1);
                }

                return false;
            }
        }

        foreach (var bill in bills)
        {
            Add(bill.Lines, 1);
            open[bill.DecisionId] = new OpenBill(agent, bill, ++stamp);
        }

        return true;
    }

    /// <summary>The fate of a decision is known. One that has no open bill changes nothing.</summary>
    /// <param name="decisionId">The decision.</param>
    /// <param name="kept">Whether it counts as sent; else its money is free again.</param>
    /// <param name="asOf">The taking that is meant; null = the newest.</param>
    /// <returns>The periods that changed.</returns>
    public ImmutableArray<SpendingSlot> Settle(string decisionId, bool kept, long? asOf = null)
    {
        ArgumentNullException.ThrowIfNull(decisionId);
        if (!open.TryGetValue(decisionId, out var bill) || (asOf is { } meant && meant != bill.Stamp))
        {
            return [];
        }

        open.Remove(decisionId);
        if (!kept)
        {
            Add(bill.Bill.Lines, -1);
        }

        return [.. bill.Bill.Lines.Select(line => line.Slot)];
    }

    /// <summary>A message that was paid for is proved not to be sent: its money is free again. To be called once a decision.</summary>
    /// <param name="bill">What was paid, as the agent's journal has it.</param>
    /// <returns>The periods that changed.</returns>
    public ImmutableArray<SpendingSlot> Refund(Bill bill)
    {
        ArgumentNullException.ThrowIfNull(bill);
        if (open.ContainsKey(bill.DecisionId))
        {
            return Settle(bill.DecisionId, kept: false);
        }

        Add(bill.Lines, -1);
        return [.. bill.Lines.Select(line => line.Slot)];
    }

    /// <summary>The book as a JSON document.</summary>
    public byte[] Write()
    {
        var json = new JsonObject
        {
            ["spent"] = new JsonObject(spent.Select(budget => KeyValuePair.Create(budget.Key, (JsonNode?)new JsonObject(budget.Value.Select(period => KeyValuePair.Create(period.Key, (JsonNode?)JsonValue.Create(period.Value))))))),
            ["open"] = new JsonArray([.. open.Values.Select(one => new JsonObject
            {
                ["decision"] = one.Bill.DecisionId,
                ["agent"] = one.Agent,
                ["lines"] = BillJson.Write(one.Bill),
            })]),
        };
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    /// <summary>Reads a document of <see cref="Write"/>.</summary>
    public static BudgetBook Read(ReadOnlySpan<byte> document)
    {
        var (book, json) = (new BudgetBook(), JsonNode.Parse(document)!);
        foreach (var (key, periods) in json["spent"]!.AsObject())
        {
            book.spent[key] = new SortedDictionary<string, decimal>(periods!.AsObject().ToDictionary(period => period.Key, period => period.Value!.GetValue<decimal>(), StringComparer.Ordinal), StringComparer.Ordinal);
        }

        foreach (var one in json["open"]!.AsArray().Select(one => one!.AsObject()))
        {
            var decision = one["decision"]!.GetValue<string>();
            book.open[decision] = new OpenBill(one["agent"]!.GetValue<string>(), BillJson.Read(decision, one), ++book.stamp);
        }

        return book;
    }

    // A period that was let go and comes again, by a clock that was set back, would begin at nothing: it gets no money.
    bool IsTooOld(SpendingSlot slot) =>
        spent.TryGetValue(slot.Budget, out var periods) && periods.Count >= Kept && !periods.ContainsKey(slot.Period) && string.CompareOrdinal(slot.Period, periods.Keys.First()) < 0;

    void Add(ImmutableArray<BillLine> lines, int sign)
    {
        foreach (var line in lines)
        {
            if (!spent.TryGetValue(line.Slot.Budget, out var periods))
            {
                spent[line.Slot.Budget] = periods = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
            }

            // What was let go is not brought back by money that returns to it.
            if (sign < 0 && !periods.ContainsKey(line.Slot.Period))
            {
                continue;
            }

            periods[line.Slot.Period] = Math.Max(0, periods.GetValueOrDefault(line.Slot.Period) + (sign * line.Amount));
            if (periods.Count > Kept)
            {
                periods.Remove(periods.Keys.First());
            }
        }
    }
}
