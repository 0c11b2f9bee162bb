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
public sealed record ProgramVersion(string Id, long Version, string State, JsonElement Document, long LiveVersion = 0, ProgramProposal? Draft = null, IReadOnlyList<string>? Open = null)
{
    /// <summary>Messages in the document, also where it was asked for without them; <see langword="null"/> for an earlier version.</summary>
    public int? Messages { get; init; }
}

/// <summary>Workspace settings at one version.</summary>
public sealed record WorkspaceVersion(long Version, JsonElement Document)
{
    /// <summary>The change that waits for somebody else's approval; <see langword="null"/> when none does.</summary>
    public WorkspaceProposal? Proposal { get; init; }

    /// <summary>Whether every activation is stopped.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>Why; <see langword="null"/> while nothing is stopped.</summary>
    public string? KillSwitchReason { get; init; }

    /// <summary>Whether somebody else could approve: then a change that loosens a limit waits for them.</summary>
    public bool FourEyes { get; init; }
}

/// <summary>A change of the settings that waits, because it loosens a limit.</summary>
/// <param name="Document">The settings as they would be.</param>
/// <param name="Loosens">What it loosens against what is in force, each as a sentence.</param>
/// <param name="Summary">What differs, in a few words.</param>
/// <param name="Editors">Everybody who wrote on it; none of them may approve it.</param>
/// <param name="Open">Where the caller can send it: live, draft.</param>
public sealed record WorkspaceProposal(JsonElement Document, IReadOnlyList<string> Loosens, string? Summary, IReadOnlyList<string> Editors, string? SubmittedBy, IReadOnlyList<string> Open);

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
