using System.Collections.Immutable;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>
/// Folds the panel into the population's prior of the joint model: days' circumstances from untreated users, types from behaviour, means and spread of
/// effects from agents' statistics. A pure function of the records and the fold before.
/// </summary>
/// <remarks>docs/method/4-populations.md, 9a. One fit a UTC day; types are looked for anew once a week.</remarks>
public sealed class PopulationFold
{
    /// <summary>Fewest users whose behaviour makes a population.</summary>
    public const int FewestUsers = 20;

    /// <summary>Fewest agents whose effects make a prior of effects.</summary>
    public const int FewestAgents = 40;

    /// <summary>Below so many agents a user's own effects show in the prior of all: two halves then each get the other's (method §9).</summary>
    public const int FewAgents = 200;

    /// <summary>Days after which types are looked for anew.</summary>
    public const int TypesKeptDays = 7;

    // Events' worth of belief that a day is like any other, and a weekend like the week: few users say little.
    const double Strength = 30;

    readonly ProgramDefinition program;
    readonly JointSets sets;
    readonly PopulationSnapshot? before;
    readonly int first;
    readonly int last;
    readonly List<AgentState> unread = [];
    readonly List<PanelUser> users = [];
    DailyOutcome? outcome;
    BehaviourCells? cells;

    /// <summary>Begins a fold.</summary>
    /// <param name="program">The program.</param>
    /// <param name="before">The population before; null = none.</param>
    /// <param name="asOf">Moment up to which the panel's events have been applied.</param>
    /// <param name="grace">G of late events: a day is known when so much time has passed since its end.</param>
    public PopulationFold(ProgramDefinition program, PopulationSnapshot? before, Instant asOf, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(program);
        (this.program, this.before) = (program, before);
        sets = new JointSets(program);
        last = (asOf - grace).UtcDay - 1;
        first = last - PopulationSnapshot.DaysKept + 1;
        var told = program.Learning.Outcome;
        (outcome, cells) = told.Length > 0 && DailyOutcome.Of(told).Key != before?.Outcome.Key ? (null, null) : (before?.Outcome, before?.Cells);
    }

    bool IsNewDay => before is null || outcome is null || last > before.LastDay || before.Sets != sets.Key;

    /// <summary>Adds one agent of the panel; agents come in the order of the panel.</summary>
    public void Add(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (!IsNewDay)
        {
            return;
        }

        if (outcome is not null && cells is not null)
        {
            Read(agent, outcome, cells);
        }
        else
        {
            unread.Add(agent);
        }
    }

    void Read(AgentState agent, DailyOutcome outcome, BehaviourCells cells)
    {
        var own = agent.JointEffects.GetValueOrDefault(program.Id);
        users.Add(new PanelUser(OrganicDays.Of(agent, cells, outcome, first, last), own?.Fits(outcome, cells) == true ? own : null, PopulationSnapshot.IsOdd(agent)));
    }

    /// <summary>The population, the one before where nothing new is known, or null before there are enough users.</summary>
    public PopulationSnapshot? Finish()
    {
        if (!IsNewDay)
        {
            return before;
        }

        // Before there is a population, the panel itself says which events to count.
        if (outcome is null || cells is null)
        {
            var counts = new EventDays(unread, first, last);
            if ((program.Learning.Outcome is { Length: > 0 } told ? DailyOutcome.Of(told) : counts.Outcome(program.Goal)) is not { } chosen)
            {
                return null;
            }

            (outcome, cells) = (chosen, counts.Cells(program.Goal));
            foreach (var agent in unread)
            {
                Read(agent, outcome, cells);
            }
        }

        var factors = Factors();
        double? FactorOf(int day) => day >= first && day <= last ? factors[day - first] : null;
        var reports = users.Select(user => user.Report(FactorOf, sets.Key)).ToList();
        var odd = users.Zip(reports).Where(pair => pair.First.IsOdd).Select(pair => pair.Second).Where(report => report.Exposure > 0).ToList();
        reports.RemoveAll(report => report.Exposure <= 0);
        if (reports.Count < FewestUsers || reports.Sum(report => report.Total) <= 0)
        {
            return before;
        }

        var agents = reports.Count(report => report.Effects is { Count: > 0 });
        var (prior, typesDay) = Start(reports);
        var (other, evidence) = ((PopulationPrior?)null, 0.0);
        // A fresh start has further to go.
        var fit = new PopulationFitOptions { Passes = typesDay == last || before is not { Agents: >= FewestAgents } ? 7 : 5 };
        if (agents is >= FewestAgents and < FewAgents)
        {
            (other, _) = PopulationFit.Improve(prior, sets.Layout, [.. reports.Except(odd)], fit);
            (prior, evidence) = PopulationFit.Improve(prior, sets.Layout, odd, fit);
        }
        else if (agents >= FewAgents)
        {
            (prior, evidence) = PopulationFit.Improve(prior, sets.Layout, reports, fit);
        }

        return new PopulationSnapshot
        {
            Sets = sets.Key,
            Outcome = outcome,
            Cells = cells,
            Prior = prior,
            OtherHalf = other,
            FirstDay = first,
            Factors = [.. factors],
            WeekendShare = WeekendShare(reports),
            TypesDay = typesDay,
            Agents = agents,
            Users = reports.Count,
            LogEvidence = evidence,
        };
    }

    (PopulationPrior Prior, int TypesDay) Start(List<AgentReport> reports)
    {
        // Halves that see both fits would take their own effects in by the other's: each fit of halves starts anew.
        if (before is { OtherHalf: null } known && known.Sets == sets.Key && known.Outcome.Key == outcome!.Key && last - known.TypesDay < TypesKeptDays)
        {
            return (known.Prior, known.TypesDay);
        }

        return (PopulationFit.Start(cells!.Shape, sets.Layout, reports, new PopulationFitOptions()).WithNoise(Dispersion()), last);
    }

    static double WeekendShare(List<AgentReport> reports)
    {
        double weekend = reports.Sum(report => report.Counts[BehaviourCells.Weekend]), weekdays = reports.Sum(report => report.Counts[BehaviourCells.Weekend + 1]);
        return (weekend + Strength * 2 / 7) / (weekend + weekdays + Strength);
    }

    // What untreated users did on a day, over what is expected of them. A day keeps the factor that it got first: rows have been measured with it.
    double[] Factors()
    {
        var share = before?.WeekendShare ?? 2.0 / 7;
        var factors = new double[last - first + 1];
        var (seen, expected) = (new double[factors.Length], new double[factors.Length]);
        foreach (var user in users)
        {
            var rate = user.RateBefore(before);
            for (var i = 0; i < factors.Length && rate > 0; i++)
            {
                if (!double.IsNaN(user.Days.Daily[i]))
                {
                    seen[i] += user.Days.Daily[i];
                    expected[i] += rate * PopulationSnapshot.DayFactor(before?.WeekendShareOf(user.Days.Counts) ?? share, first + i);
                }
            }
        }

        for (var i = 0; i < factors.Length; i++)
        {
            factors[i] = before?.FactorOf(first + i) ?? (seen[i] + Strength) / (expected[i] + Strength);
        }

        return factors;
    }

    // Variance of untreated day outcomes over their expectation, 1 for Poisson counts.
    double Dispersion()
    {
        var (excess, scale) = (0.0, 0.0);
        foreach (var user in users)
        {
            var (n, sum, squares) = (0, 0.0, 0.0);
            foreach (var y in user.Days.Daily)
            {
                if (!double.IsNaN(y))
                {
                    (n, sum, squares) = (n + 1, sum + y, squares + y * y);
                }
            }

            if (n > 1 && sum > 0)
            {
                excess += squares - sum * sum / n;
                scale += sum / n * (n - 1);
            }
        }

        return scale > 0 ? Math.Max(0.5, excess / scale) : 1;
    }

    sealed record PanelUser(OrganicDays Days, AgentEffects? Own, bool IsOdd)
    {
        // The rate as it was known before the new days, so that a day does not explain itself; without any, the mean of the days.
        public double RateBefore(PopulationSnapshot? before)
        {
            if (Own is not null)
            {
                return Own.Rate;
            }

            if (before is not null)
            {
                return before.Prior.Of(Days.Behaviour(before.FactorOf)).Rate;
            }

            var (days, sum) = Days.Known(_ => 1);
            return days > 0 ? sum / days : 0;
        }

        // What behaviour said before the first message stays; rows of other sets are not of this model.
        public AgentReport Report(Func<int, double?> factorOf, ulong sets)
        {
            if (Own is not null)
            {
                return new AgentReport(Math.Max(Own.Exposure, 1e-6), Own.Total, [.. Own.Counts], Own.Sets == sets ? Own.Statistic : null);
            }

            var (exposure, total) = Days.Known(factorOf);
            return new AgentReport(exposure, total, Days.Counts.ToArray(), null);
        }
    }
}
