namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Rates per second out of totals that were read now and then, over the last readings. Real time, whatever the agents' clock says.</summary>
public sealed class Rates(TimeProvider clock)
{
    /// <summary>Readings that are kept: two minutes at one reading in two seconds.</summary>
    public const int Kept = 60;

    /// <summary>Span over which the present rate is taken.</summary>
    public static readonly TimeSpan Over = TimeSpan.FromSeconds(20);

    readonly LinkedList<(long At, long Events, long Decisions)> readings = [];

    /// <summary>Notes the totals as they are now. Totals that fell mean another silo: what was kept is dropped.</summary>
    public void Note(long events, long decisions)
    {
        if (readings.Last is { } last && (events < last.Value.Events || decisions < last.Value.Decisions))
        {
            readings.Clear();
        }

        readings.AddLast((clock.GetTimestamp(), events, decisions));
        if (readings.Count > Kept)
        {
            readings.RemoveFirst();
        }
    }

    /// <summary>Events per second; none before the second reading.</summary>
    public double? Events => Recent(r => r.Events);

    /// <summary>Decisions per second; none before the second reading.</summary>
    public double? Decisions => Recent(r => r.Decisions);

    /// <summary>Events per second between each two readings, oldest first.</summary>
    public IReadOnlyList<double> EventHistory => History(r => r.Events);

    /// <summary>Decisions per second between each two readings, oldest first.</summary>
    public IReadOnlyList<double> DecisionHistory => History(r => r.Decisions);

    double? Recent(Func<(long At, long Events, long Decisions), long> total)
    {
        if (readings.Count < 2)
        {
            return null;
        }

        var last = readings.Last!.Value;
        var first = readings.First(r => clock.GetElapsedTime(r.At, last.At) <= Over);
        first = first == last ? readings.Last!.Previous!.Value : first;
        return Between(first, last, total);
    }

    double[] History(Func<(long At, long Events, long Decisions), long> total) => [.. readings.Zip(readings.Skip(1), (a, b) => Between(a, b, total))];

    double Between((long At, long Events, long Decisions) a, (long At, long Events, long Decisions) b, Func<(long At, long Events, long Decisions), long> total) =>
        clock.GetElapsedTime(a.At, b.At).TotalSeconds is > 0 and var seconds ? (total(b) - total(a)) / seconds : 0;
}
