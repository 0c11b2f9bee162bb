using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>A program without its document.</summary>
public sealed record ProgramSummary(string Id, long Version, string State, string? Name = null);

/// <summary>A program's document at one version.</summary>
public sealed record ProgramVersion(string Id, long Version, string State, JsonElement Document);

/// <summary>Workspace settings at one version.</summary>
public sealed record WorkspaceVersion(long Version, JsonElement Document);

/// <summary>Whether activations are stopped.</summary>
public sealed record KillSwitchState(bool On, long Version);

/// <summary>Event weights of a program.</summary>
/// <param name="ProgramId">Program.</param>
/// <param name="Version">Version of the cohort's fold; 0 = none yet.</param>
/// <param name="AsOf">Moment of the fold.</param>
/// <param name="Weights">One row per event type, largest weight first.</param>
public sealed record EventWeightTable(string ProgramId, long Version, DateTimeOffset? AsOf, IReadOnlyList<EventWeight> Weights);

/// <summary>How much an event type tells of the goal, in nats: ln P(e|goal) / P(e|no goal).</summary>
public sealed record EventWeight(string Event, double Weight, double? GoalCount, double? OtherCount);
