using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>What a user did on the days that no message reached into: the behaviour that its prior follows from.</summary>
public sealed class OrganicDays
{
    readonly double[] daily;
    readonly int[] counts;

    OrganicDays(int first, double[] daily, int[] counts)
    {
        First = first;
        this.daily = daily;
        this.counts = counts;
    }

    /// <summary>UTC day of the first element of <see cref="Daily"/>.</summary>
    public int First { get; }

    /// <summary>Outcome of each day; NaN where the day was not observed whole, or a message reached into it.</summary>
    public ReadOnlySpan<double> Daily => daily;

    /// <summary>Counts of all cells over the organic days.</summary>
    public ReadOnlySpan<int> Counts => counts;

    /// <summary>Reads a user's history.</summary>
    /// <param name="state">The user.</param>
    /// <param name="cells">How behaviour is counted.</param>
    /// <param name="outcome">What is counted of a day.</param>
    /// <param name="first">First UTC day.</param>
    /// <param name="last">Last UTC day.</param>
    public static OrganicDays Of(AgentState state, BehaviourCells cells, DailyOutcome outcome, int first, int last)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(outcome);
        var (daily, counts) = (new double[Math.Max(0, last - first + 1)], new int[cells.Shape.Cells]);
        var zone = LocalTime.Zone(state.Zone?.Id ?? "UTC");
        var (weekends, weekdays) = (0, 0);
        for (var i = 0; i < daily.Length; i++)
        {
            var day = first + i;
            if (!IsOrganic(state, day))
            {
                daily[i] = double.NaN;
                continue;
            }

            var events = state.History.Between(StartOf(day), StartOf(day + 1));
            daily[i] = outcome.Of(events);
            cells.Add(counts, events, outcome, zone, PopulationSnapshot.IsWeekend(day));
            (weekends, weekdays) = PopulationSnapshot.IsWeekend(day) ? (weekends + 1, weekdays) : (weekends, weekdays + 1);
        }

        Level(counts, weekends, weekdays);
        return new(first, daily, counts);
    }

    // As in whole weeks: somebody seen on three weekdays has not shown that it stays away on weekends.
    static void Level(int[] counts, int weekends, int weekdays)
    {
        var (here, next) = (BehaviourCells.Weekend, BehaviourCells.Weekend + 1);
        if (weekends == 0 || weekdays == 0)
        {
            (counts[here], counts[next]) = (0, 0);
            return;
        }

        var weeks = (weekends + weekdays) / 7.0;
        counts[here] = (int)Math.Round(counts[here] * 2 * weeks / weekends);
        counts[next] = (int)Math.Round(counts[next] * 5 * weeks / weekdays);
    }

    /// <summary>Behaviour over the days whose circumstances are known.</summary>
    public BehaviourSummary Behaviour(Func<int, double?> factorOf)
    {
        var (exposure, total) = Known(factorOf);
        return new BehaviourSummary(exposure, total, counts);
    }

    /// <summary>Organic days, each times its factor, and the outcome over them, where circumstances are known.</summary>
    public (double Exposure, double Total) Known(Func<int, double?> factorOf)
    {
        ArgumentNullException.ThrowIfNull(factorOf);
        var (exposure, total) = (0.0, 0.0);
        for (var i = 0; i < daily.Length; i++)
        {
            if (!double.IsNaN(daily[i]) && factorOf(First + i) is { } factor)
            {
                exposure += factor;
                total += daily[i];
            }
        }

        return (exposure, total);
    }

    /// <summary>Whether the whole of a UTC day is in the user's history. The day of the first event is not: it was chosen by an event.</summary>
    public static bool IsObserved(AgentState state, int day)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (start, end) = (StartOf(day), StartOf(day + 1));
        return start > state.FirstSeen && start >= state.History.CompleteSince && (state.WithdrawnAt is not { } withdrawn || withdrawn >= end);
    }

    /// <summary>Whether the whole of a UTC day is in the user's history and no message reached into it.</summary>
    public static bool IsOrganic(AgentState state, int day) => IsObserved(state, day) && !IsReached(state, day);

    /// <summary>Start of a UTC day.</summary>
    public static Instant StartOf(int day) => new(day * 86_400_000L);

    // Messages of any program.
    static bool IsReached(AgentState state, int day)
    {
        var (from, to) = (StartOf(day) - DailyRows.Reach, StartOf(day + 1));
        foreach (var send in state.Sends)
        {
            if (send.ProgramId.Length > 0 && send.At >= from && send.At < to)
            {
                return true;
            }
        }

        return false;
    }
}
