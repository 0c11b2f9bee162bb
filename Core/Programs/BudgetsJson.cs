using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Programs;

/// <summary>The parts of documents that state money: budgets among the limits, what a send costs.</summary>
static class BudgetsJson
{
    const double Dearest = 100_000_000;
    const double DearestSend = 10_000;

    public static readonly ImmutableArray<(string Name, BudgetPeriod Value)> Periods =
        [("day", BudgetPeriod.Day), ("week", BudgetPeriod.Week), ("month", BudgetPeriod.Month), ("total", BudgetPeriod.Total)];

    public static Budget ReadBudget(Fields fields, string id)
    {
        var channel = fields.OptionalText("channel", 16);
        if (channel is not null)
        {
            ProgramJson.RequireChannel(fields, "channel", channel);
        }

        var amount = Amount(fields, Dearest);
        if (amount == 0 && !fields.IsBroken)
        {
            fields.RefuseField("amount", ProgramErrorCode.OutOfRange, "must be above 0; pause what is not to be sent, or give it a blackout");
        }

        var budget = new Budget(id, amount ?? 0, Currency(fields), fields.OneOf("per", Periods, null), channel);
        fields.Close();
        return budget;
    }

    public static JsonObject Write(Budget budget) => new()
    {
        ["id"] = budget.Id,
        ["amount"] = (double)budget.Amount,
        ["currency"] = budget.Currency,
        ["per"] = ProgramJson.NameOf(Periods, budget.Per),
        ["channel"] = budget.Channel,
    };

    /// <summary>What a send costs; null = not stated.</summary>
    public static Price? ReadPrice(Fields? fields)
    {
        if (fields is null)
        {
            return null;
        }

        var price = new Price(Amount(fields, DearestSend) ?? 0, Currency(fields));
        fields.Close();
        return price;
    }

    public static JsonObject Write(Price price) => new() { ["amount"] = (double)price.Amount, ["currency"] = price.Currency };

    /// <summary>What a send over each channel costs where its message does not say.</summary>
    public static ImmutableSortedDictionary<string, Price> ReadPrices(Fields? fields)
    {
        var prices = ImmutableSortedDictionary.CreateBuilder<string, Price>(StringComparer.Ordinal);
        if (fields is not null)
        {
            foreach (var channel in ProgramJson.Channels)
            {
                if (ReadPrice(fields.Object(channel, required: false)) is { } price)
                {
                    prices[channel] = price;
                }
            }

            fields.Close();
        }

        return prices.ToImmutable();
    }

    public static JsonObject Write(ImmutableSortedDictionary<string, Price> prices) =>
        new(prices.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Write(pair.Value))));

    // Six decimals and nine digits before them pass through a double unharmed.
    static decimal? Amount(Fields fields, double most)
    {
        if (!fields.Has("amount") && !fields.IsBroken)
        {
            fields.RefuseField("amount", ProgramErrorCode.Missing, "must be given");
        }

        var read = fields.Number("amount", double.NaN, 0, most);
        if (double.IsNaN(read))
        {
            return null;
        }

        var amount = (decimal)read;
        if (amount != Math.Round(amount, 6))
        {
            fields.RefuseField("amount", ProgramErrorCode.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"must have at most six decimals; was {read}"));
        }

        return amount;
    }

    static string Currency(Fields fields)
    {
        var code = fields.Text("currency", 3);
        if (code.Length > 0 && !(code.Length == 3 && code.All(char.IsAsciiLetterUpper)))
        {
            fields.RefuseField("currency", ProgramErrorCode.NotAllowed, $"must be an ISO 4217 code such as EUR; was \"{code}\"");
        }

        return code;
    }
}
