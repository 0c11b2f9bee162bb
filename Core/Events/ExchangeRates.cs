using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Events;

/// <summary>One rate: what a unit of a currency was worth on a day, in the program's currency.</summary>
/// <param name="Currency">ISO 4217 code, upper case.</param>
/// <param name="Day">Days since 1970-01-01 UTC.</param>
/// <param name="Rate">Units of the program's currency; &gt; 0.</param>
public sealed record ExchangeRate(string Currency, int Day, decimal Rate);

/// <summary>Turns amounts into the program's currency at the rate of their day, before they are values of events (docs/method.md §2).</summary>
public sealed class ExchangeRates
{
    /// <summary>How old the newest rate may be: a long weekend and a day.</summary>
    public const int OldestInDays = 5;

    readonly Dictionary<string, ExchangeRate[]> byCurrency;

    /// <summary>Rates towards one currency.</summary>
    /// <param name="currency">The program's own; its amounts stay as they are.</param>
    /// <param name="rates">In any order; at most one a currency and day.</param>
    /// <exception cref="ArgumentException">A rate is not above 0, or a day has two.</exception>
    public ExchangeRates(string currency, IEnumerable<ExchangeRate> rates)
    {
        ArgumentException.ThrowIfNullOrEmpty(currency);
        ArgumentNullException.ThrowIfNull(rates);
        Currency = currency;
        byCurrency = rates.GroupBy(rate => rate.Currency, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Checked([.. group.OrderBy(rate => rate.Day)]), StringComparer.Ordinal);
    }

    /// <summary>The program's currency.</summary>
    public string Currency { get; }

    /// <summary>An amount in the program's currency, at the last rate of its UTC day or the <see cref="OldestInDays"/> days before it.</summary>
    /// <returns>Null where no such rate is known: the event then has no value, and is not taken at face value in another currency.</returns>
    public decimal? Convert(decimal amount, string from, Instant at)
    {
        if (from == Currency)
        {
            return amount;
        }

        var known = byCurrency.TryGetValue(from, out var rates) ? Array.FindLast(rates, rate => rate.Day <= at.UtcDay) : null;
        return known is not null && known.Day >= at.UtcDay - OldestInDays ? amount * known.Rate : null;
    }

    static ExchangeRate[] Checked(ExchangeRate[] sorted)
    {
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Rate <= 0 || (i > 0 && sorted[i].Day == sorted[i - 1].Day))
            {
                throw new ArgumentException($"Rates must be > 0 and one a day; was {sorted[i]}.");
            }
        }

        return sorted;
    }
}
