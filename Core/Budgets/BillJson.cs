using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Budgets;

/// <summary>Bills as the book and the journals of agents keep them.</summary>
static class BillJson
{
    public static JsonArray Write(Bill bill) => new([.. bill.Lines.Select(line => (JsonNode?)new JsonObject
    {
        ["budget"] = line.Slot.Budget,
        ["period"] = line.Slot.Period,
        ["amount"] = line.Amount,
        ["limit"] = line.Limit,
    })]);

    /// <summary>The bill of a decision from an object that holds its lines.</summary>
    public static Bill Read(string decisionId, JsonObject of) => new(decisionId, [.. of["lines"]!.AsArray().Select(line => new BillLine(
        new SpendingSlot(line!["budget"]!.GetValue<string>(), line["period"]!.GetValue<string>()), line["amount"]!.GetValue<decimal>(), line["limit"]!.GetValue<decimal>()))]);
}
