using Aampe.Agents.Core.Populations;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>
/// Visits expected of each user without messages: the user's own rate and weekend share, shrunk by the population, times what the control
/// group shows of the day.
/// </summary>
sealed class Expectation
{
    // Counts' worth of the population's weekend share in a user's own.
    const double WeekendStrength = 30;

    // Outcomes' worth of belief that a day's visits are worth as much as ever: what a visit is worth moves less from day to day than their number.
    const double WorthStrength = 400;

    readonly Host host;
    readonly double[] weekends;
    readonly double common;

    public Expectation(Host host)
    {
        this.host = host;
        var (weekend, total) = (0.0, 0.0);
        for (var u = 0; u < host.Users; u++)
        {
            weekend += host.History.CountsOf(u)[Population.HourCells];
            total += host.History.Total(u);
        }

        common = weekend / Math.Max(1, total);
        weekends = new double[host.Users];
        for (var u = 0; u < host.Users; u++)
        {
            weekends[u] = (host.History.CountsOf(u)[Population.HourCells] + WeekendStrength * common) / (host.History.Total(u) + WeekendStrength);
        }
    }

    /// <summary>Days of history in units of an average day.</summary>
    public double Exposure => host.HistoryDays;

    /// <summary>Factor of a day for a user before the day's own circumstances are known.</summary>
    public double DayFactor(int user, int calendarDay) => Population.DayFactor(weekends[user], calendarDay);

    /// <summary>What the control group shows of a day: its visits over those expected of it, and whether a visit was worth more than it mostly is.</summary>
    public double Circumstances(int calendarDay, UserPrior[] priors, DayCounts[] counts, CountedOutcome outcome, OutcomeRate[] rates)
    {
        var (visits, expectedVisits, seen, expected) = (0.0, 0.0, 0.0, 0.0);
        for (var u = 0; u < host.Users; u++)
        {
            if (host.IsControl(u))
            {
                var factor = DayFactor(u, calendarDay);
                visits += counts[u].Visits;
                expectedVisits += priors[u].Rate * factor;
                seen += outcome.Of(counts[u].Visits, counts[u].Goals);
                expected += rates[u].Mean * factor;
            }
        }

        if (expectedVisits <= 0)
        {
            return 1;
        }

        var common = visits / expectedVisits;
        return common * (seen + WorthStrength) / (common * expected + WorthStrength);
    }

    /// <summary>Variance of the control group's day counts over their expectation, 1 for Poisson counts.</summary>
    public static double Dispersion(Host host)
    {
        var (excess, scale) = (0.0, 0.0);
        for (var u = 0; u < host.Users; u++)
        {
            var mean = (double)host.History.Total(u) / host.HistoryDays;
            if (mean <= 0)
            {
                continue;
            }

            for (var d = 0; d < host.HistoryDays; d++)
            {
                var miss = host.History.VisitsOn(u, d) - mean;
                excess += miss * miss;
                scale += mean * (host.HistoryDays - 1) / host.HistoryDays;
            }
        }

        return scale > 0 ? Math.Max(0.5, excess / scale) : 1;
    }
}
