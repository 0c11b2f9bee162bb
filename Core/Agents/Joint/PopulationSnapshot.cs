using System.Collections.Immutable;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Populations;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>What the joint model of a program knows of everybody, as one fold of its panel gave it.</summary>
public sealed record PopulationSnapshot
{
    /// <summary>Days whose circumstances are kept: as long as agents keep events.</summary>
    public const int DaysKept = 42;

    /// <summary><see cref="JointSets.Key"/> of the program when it was learnt.</summary>
    public required ulong Sets { get; init; }

    /// <summary>What is counted of a day.</summary>
    public required DailyOutcome Outcome { get; init; }

    /// <summary>How behaviour is counted.</summary>
    public required BehaviourCells Cells { get; init; }

    /// <summary>The prior. Where there is <see cref="OtherHalf"/>, of agents with an odd hash.</summary>
    public required PopulationPrior Prior { get; init; }

    /// <summary>The prior of agents with an even hash, while there are so few that a user's own effects would show in a prior of all; null = enough.</summary>
    public PopulationPrior? OtherHalf { get; init; }

    /// <summary>UTC day of the first factor.</summary>
    public required int FirstDay { get; init; }

    /// <summary>Outcomes of untreated users on each day over those expected of them: season, holidays, outages. Days in order.</summary>
    public required ImmutableArray<double> Factors { get; init; }

    /// <summary>Share of the outcome's events that falls on weekends.</summary>
    public required double WeekendShare { get; init; }

    /// <summary>UTC day on which types were looked for.</summary>
    public required int TypesDay { get; init; }

    /// <summary>Agents whose effects are in the prior; 0 = the prior knows behaviour only.</summary>
    public required int Agents { get; init; }

    /// <summary>Users whose behaviour types were found in.</summary>
    public required int Users { get; init; }

    /// <summary>Mean ln evidence of an agent's effects at the newest fit.</summary>
    public required double LogEvidence { get; init; }

    /// <summary>The last UTC day whose circumstances are known; rows are added up to it.</summary>
    public int LastDay => FirstDay + Factors.Length - 1;

    /// <summary>The prior as one user sees it: its own effects are not in it, or do not show (method §9).</summary>
    public PopulationPrior PriorFor(AgentState state) => OtherHalf is { } other && IsOdd(state) ? other : Prior;

    /// <summary>Half of an agent: its name's hash is odd or even.</summary>
    public static bool IsOdd(AgentState state) => StableHash.Of(ControlRecord.NameOf(state)) % 2 == 1;

    /// <summary>Factor of a day; null where it is not known.</summary>
    public double? FactorOf(int day) => day >= FirstDay && day <= LastDay ? Factors[day - FirstDay] : null;

    /// <summary>A user's own share of weekends, shrunk by the population's.</summary>
    public double WeekendShareOf(ReadOnlySpan<int> counts)
    {
        const double strength = 30;
        var (weekend, weekdays) = (counts[BehaviourCells.Weekend], counts[BehaviourCells.Weekend + 1]);
        return (weekend + strength * WeekendShare) / (weekend + weekdays + strength);
    }

    /// <summary>Factor of a day for a user with this share of weekends: 1 on average over a week.</summary>
    public static double DayFactor(double weekendShare, int day) => IsWeekend(day) ? weekendShare * 3.5 : (1 - weekendShare) * 1.4;

    /// <summary>Whether a UTC day is a Saturday or Sunday; day 0 was a Thursday.</summary>
    public static bool IsWeekend(int day) => ((day % 7 + 7 + 3) % 7) >= 5;
}
