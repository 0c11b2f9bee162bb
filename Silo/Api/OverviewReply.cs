namespace Aampe.Agents.Silo.Api;

/// <summary>How things stand.</summary>
public sealed record OverviewReply(string Now, bool Simulated, bool KillSwitch, OverviewCounts Totals, OverviewWork Work, IReadOnlyDictionary<string, long> DeadLettersByReason, IReadOnlyList<OverviewProgram> Programs);

/// <summary>Counts over the whole workspace.</summary>
public sealed record OverviewCounts(long Events, long Agents, long Decisions, long Effects, long OutboxWaiting, long DeadLetters);

/// <summary>How far behind the work is.</summary>
/// <param name="Lag">Events of the log that agents have not applied, of the partitions of the silo that answers.</param>
/// <param name="FirstDueAt">What is due first of all agents: a tick, or an effect whose window is over. In the past = late.</param>
/// <param name="FirstMessageDueAt">What is due first of the outbox.</param>
public sealed record OverviewWork(long Lag, string? FirstDueAt, string? FirstMessageDueAt);

/// <summary>One program over the panel of its cohort.</summary>
/// <param name="Id">Program.</param>
/// <param name="Name">What people read.</param>
/// <param name="State">draft, live, paused or archived.</param>
/// <param name="Version">Version.</param>
/// <param name="GoalEvents">What it wants more of.</param>
/// <param name="CohortVersion">Version of the fold; 0 = none yet.</param>
/// <param name="AsOf">Moment of the fold; what follows is as of then.</param>
/// <param name="PanelAgents">Agents in the panel.</param>
/// <param name="Arms">Each arm.</param>
/// <param name="Differences">The agentic arm against each other one.</param>
/// <param name="Interim">Whether this is a look before the end that the experiment fixed; null where it fixed none.</param>
public sealed record OverviewProgram(
    string Id,
    string Name,
    string State,
    long Version,
    IReadOnlyList<string> GoalEvents,
    long CohortVersion,
    string? AsOf,
    long PanelAgents,
    IReadOnlyList<OverviewArm> Arms,
    IReadOnlyList<OverviewDifference> Differences,
    bool? Interim);

/// <summary>One arm.</summary>
/// <param name="Arm">agentic, random, rules or holdout.</param>
/// <param name="Users">Users of the panel in it.</param>
/// <param name="Sends">Sends of the program to them in the last 35 days.</param>
/// <param name="Holds">Measured holds of theirs among the recent effects.</param>
/// <param name="Effects">Recent identified effects of sends.</param>
/// <param name="MeanEffect">Mean of these, nats; null where not known.</param>
/// <param name="Low">Lower limit of its interval, days as blocks.</param>
/// <param name="High">Upper limit.</param>
/// <param name="GoalRate">Goals per user in the seven days before the fold.</param>
/// <param name="Converted">Users with at least one goal in them.</param>
/// <param name="Level">Level of the interval.</param>
public sealed record OverviewArm(
    string Arm, long Users, long Sends, long Holds, long Effects, double? MeanEffect, double? Low, double? High, double? GoalRate, long Converted, double Level);

/// <summary>Difference of two arms, with its interval.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Against">What it is compared with.</param>
/// <param name="Measure">goalsPerUserWeek.</param>
/// <param name="Difference">Arm − against.</param>
/// <param name="Low">Lower limit.</param>
/// <param name="High">Upper limit.</param>
/// <param name="Level">Level of the interval.</param>
public sealed record OverviewDifference(string Arm, string Against, string Measure, double Difference, double Low, double High, double Level);
