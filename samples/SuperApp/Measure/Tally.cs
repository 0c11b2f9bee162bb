namespace Aampe.Agents.SuperApp.Measure;

/// <summary>What the arms of the experiment show, beside what is true.</summary>
/// <param name="FromDay">First day that is looked at, from 0.</param>
/// <param name="Days">Number of days that are looked at.</param>
/// <param name="PerWeek">Orders per user and week of each arm.</param>
/// <param name="Against">Agentic − other arm, from what a customer can see: 99 %.</param>
/// <param name="Truth">Agentic − other arm, from the two worlds that only the sample sees.</param>
public sealed record Comparison(
    int FromDay, int Days, IReadOnlyDictionary<string, double> PerWeek, IReadOnlyDictionary<string, Interval> Against, IReadOnlyDictionary<string, double> Truth);

/// <summary>Orders per user and day, with and without what messages did.</summary>
public sealed class Tally(int users)
{
    readonly List<(int[] Orders, int[] Extra)> days = [];
    readonly double[] before = new double[users];

    /// <summary>An order before the experiment began.</summary>
    public void Earlier(int user) => before[user]++;

    /// <summary>An order on a day of the experiment.</summary>
    public void Order(int user, int day) => Day(day).Orders[user]++;

    /// <summary>Extra orders since the start, as they stand on a day.</summary>
    public void ExtraSoFar(int day, Func<int, int> of)
    {
        var (_, extra) = Day(day);
        for (var user = 0; user < users; user++)
        {
            extra[user] = of(user);
        }
    }

    /// <summary>Compares the arms over all days since the learning ones: a window fixed beforehand, so that nobody can pick a lucky week.</summary>
    /// <param name="arms">Users of each arm.</param>
    /// <param name="whole">Days that are over; the one that runs is left out.</param>
    /// <param name="learning">First days, in which agents choose at random; while there are no others, the last day stands in.</param>
    public Comparison Compare(IReadOnlyDictionary<string, List<int>> arms, int whole, int learning)
    {
        var count = Math.Min(whole, days.Count);
        var from = Math.Max(0, Math.Min(learning, count - 1));
        var window = Math.Max(1, count - from);
        var orders = new double[users];
        var extra = new double[users];
        for (var user = 0; user < users; user++)
        {
            orders[user] = days.Skip(from).Take(count - from).Sum(day => day.Orders[user]) * 7.0 / window;
            extra[user] = count == 0 ? 0 : (days[count - 1].Extra[user] - (from > 0 ? days[from - 1].Extra[user] : 0)) * 7.0 / window;
        }

        var agentic = arms.GetValueOrDefault("agentic") ?? [];
        var others = arms.Keys.Where(arm => arm != "agentic").Order(StringComparer.Ordinal).ToArray();
        return new Comparison(
            from,
            window,
            arms.ToDictionary(arm => arm.Key, arm => Mean(orders, arm.Value)),
            others.ToDictionary(arm => arm, arm => Welch.Difference(orders, before, agentic, arms[arm])),
            others.ToDictionary(arm => arm, arm => Mean(extra, agentic) - Mean(extra, arms[arm])));
    }

    static double Mean(double[] values, List<int> users) => users.Count == 0 ? 0 : users.Average(user => values[user]);

    (int[] Orders, int[] Extra) Day(int day)
    {
        while (days.Count <= day)
        {
            days.Add((new int[users], days.Count == 0 ? new int[users] : (int[])days[^1].Extra.Clone()));
        }

        return days[day];
    }
}
