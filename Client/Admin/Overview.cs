namespace Aampe.Agents.Client;

/// <summary>How things stand.</summary>
public sealed record Overview
{
    /// <summary>Moment on the silo's clock.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Whether somebody drives the clock.</summary>
    public bool Simulated { get; init; }

    public bool KillSwitch { get; init; }

    public OverviewTotals Totals { get; init; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>How far behind the work is; <see langword="null"/> from a silo of an earlier release.</summary>
    public OverviewWork? Work { get; init; }

    /// <summary>Open dead letters by their reason.</summary>
    public IReadOnlyDictionary<string, long> DeadLettersByReason { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<ProgramOverview> Programs { get; init; } = [];
}

/// <summary>How far behind the work is.</summary>
/// <param name="Lag">Events of the log that agents have not applied, of the partitions of the silo that answers.</param>
/// <param name="FirstDueAt">What is due first of all agents: a tick, or an effect whose window is over. In the past = late.</param>
/// <param name="FirstMessageDueAt">What is due first of the outbox.</param>
public sealed record OverviewWork(long Lag, DateTimeOffset? FirstDueAt, DateTimeOffset? FirstMessageDueAt);

/// <summary>Counts over the whole workspace.</summary>
/// <param name="Events">Events in the log.</param>
/// <param name="Agents">Agents.</param>
/// <param name="Decisions">Decisions recorded.</param>
/// <param name="Effects">Final effects.</param>
/// <param name="OutboxWaiting">Messages on their way.</param>
/// <param name="DeadLetters">Dead letters still open.</param>
public sealed record OverviewTotals(long Events, long Agents, long Decisions, long Effects, long OutboxWaiting, long DeadLetters);

/// <summary>One program over its panel of agents.</summary>
public sealed record ProgramOverview
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required string State { get; init; }

    public long Version { get; init; }

    public IReadOnlyList<string> GoalEvents { get; init; } = [];

    /// <summary>Version of the cohort's fold; 0 = none yet.</summary>
    public long CohortVersion { get; init; }

    /// <summary>Moment of the fold; what follows is as of then.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Agents in the panel.</summary>
    public long PanelAgents { get; init; }

    public IReadOnlyList<ArmOverview> Arms { get; init; } = [];

    /// <summary>Whether this is a look before the end that the experiment fixed; null where it fixed none.</summary>
    public bool? Interim { get; init; }

    /// <summary>Arms against each other.</summary>
    public IReadOnlyList<ArmDifference> Differences { get; init; } = [];
}

/// <summary>One arm of a program.</summary>
public sealed record ArmOverview
{
    /// <summary>agentic, random, rules or holdout.</summary>
    public required string Arm { get; init; }

    public long Users { get; init; }

    public long Sends { get; init; }

    public long Holds { get; init; }

    /// <summary>Effects that are final and identified.</summary>
    public long Effects { get; init; }

    /// <summary>Mean effect of a send, in nats; <see langword="null"/> when there is none.</summary>
    public double? MeanEffect { get; init; }

    /// <summary>Interval of the mean at <see cref="Level"/>.</summary>
    public double? Low { get; init; }

    public double? High { get; init; }

    /// <summary>Goals per user in the seven days before the fold.</summary>
    public double? GoalRate { get; init; }

    public double Level { get; init; } = 0.95;
}

/// <summary>The difference of two arms in goals per user and week, with its interval.</summary>
public sealed record ArmDifference(string Arm, string Against, string Measure, double Difference, double Low, double High, double Level);
