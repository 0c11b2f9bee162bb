using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>A program without its document.</summary>
/// <param name="Version">+1 with every change of anything.</param>
/// <param name="State">draft, in_review or approved before it was ever live; live, paused or archived.</param>
/// <param name="Draft">The change on its way; <see langword="null"/> when there is none.</param>
/// <param name="LiveVersion">Version that agents go by; 0 when it was never live.</param>
/// <param name="Messages">Messages in the newest document.</param>
/// <param name="Open">States that the caller can send it to.</param>
public sealed record ProgramSummary(string Id, long Version, string State, string? Name = null, ProgramProposal? Draft = null, long LiveVersion = 0, int Messages = 0, IReadOnlyList<string>? Open = null);

/// <summary>A program's document at one version.</summary>
public sealed record ProgramVersion(string Id, long Version, string State, JsonElement Document, long LiveVersion = 0, ProgramProposal? Draft = null, IReadOnlyList<string>? Open = null);

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
