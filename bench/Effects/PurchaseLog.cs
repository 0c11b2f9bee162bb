using System.Globalization;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Bench.Effects;

/// <summary>
/// Purchases of CDNOW customers, January 1997 to June 1998 (tests/Core.Tests/Oracles/Real/README.md). Nobody was messaged: each effect measured at a random
/// moment on a random customer is a placebo. Windows are a week, since a customer buys every few months.
/// </summary>
sealed class PurchaseLog : IWorld
{
    const int Pool = 400, Measured = 100;
    const long Day = 86_400_000;

    readonly (ulong Number, WeightedEvent[] Events, DayCounters Days)[] customers;
    readonly int first, last;

    /// <param name="path">Rows customer,date,… under a header; dates as 1997-01-31.</param>
    public PurchaseLog(string path)
    {
        customers = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')).GroupBy(cells => cells[0]).Select(Customer)];
        first = customers.Min(one => one.Events[0].At.UtcDay);
        last = customers.Max(one => one.Events[^1].At.UtcDay);
    }

    public string Name => string.Create(CultureInfo.InvariantCulture, $"purchases of {customers.Length:#,0} real customers, placebo");

    public EffectOptions Options { get; } = EffectOptions.Default with { Window = TimeSpan.FromDays(7), HalfLife = HalfLife.OfHours(56) };

    public Scene Draw(string seed, int number)
    {
        var random = new SeededRandom($"{seed}/purchases/{number}");
        var at = new Instant((first + 40 + random.Next(last - first - 50)) * Day + (long)(random.NextDouble() * Day));
        var known = customers.Where(one => one.Events[0].At < at - TimeSpan.FromDays(15)).ToArray();
        for (var i = 0; i < Pool + Measured; i++)
        {
            var other = i + random.Next(known.Length - i);
            (known[i], known[other]) = (known[other], known[i]);
        }

        return new Scene(at, [.. known.Take(Pool).Select(Control)], [.. known.Skip(Pool).Take(Measured).Select(one => Treated(one, at))]);
    }

    static ControlUser Control((ulong Number, WeightedEvent[] Events, DayCounters Days) one) =>
        new($"c{one.Number}", one.Number, one.Events, one.Events[0].At, null, [], Holdout: false, one.Events[0].At, one.Days);

    static Planted Treated((ulong Number, WeightedEvent[] Events, DayCounters Days) one, Instant at) =>
        new(new TreatedUser(one.Events, one.Events[0].At, null, [at]) { Days = one.Days }, []);

    // Days are all that the log knows: each purchase gets an hour, the same in every run.
    static (ulong, WeightedEvent[], DayCounters) Customer(IGrouping<string, string[]> rows)
    {
        var random = new SeededRandom("hours/" + rows.Key);
        WeightedEvent[] events = [.. rows
            .Select(cells => DateOnly.ParseExact(cells[1], "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber)
            .Select(day => new WeightedEvent(new Instant(day * Day + random.Next((int)Day)), 1))
            .OrderBy(e => e.At)];
        return (ulong.Parse(rows.Key, CultureInfo.InvariantCulture), events, Counted.Of(events, _ => true));
    }
}
