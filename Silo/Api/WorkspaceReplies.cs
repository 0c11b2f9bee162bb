using System.Text.Json;

namespace Aampe.Agents.Silo.Api;

/// <summary>Settings of the workspace at one version.</summary>
/// <param name="Document">What is in force.</param>
/// <param name="Proposal">The change that waits for somebody else; null when none does.</param>
/// <param name="FourEyes">Whether somebody else could approve: then a change of the caller's that loosens a limit waits for them.</param>
public sealed record WorkspaceReply(long Version, JsonElement Document, bool KillSwitch, string? KillSwitchReason, SettingsProposalReply? Proposal, bool FourEyes);

/// <summary>A change of the settings that waits for approval, because it loosens a limit.</summary>
/// <param name="Document">The settings as they would be.</param>
/// <param name="Loosens">What it loosens against what is in force now, each as a sentence.</param>
/// <param name="Summary">What differs, in a few words.</param>
/// <param name="Editors">Everybody who wrote on it; none of them may approve it.</param>
/// <param name="Open">Where the caller can send it: live (approve), draft (send or take back).</param>
public sealed record SettingsProposalReply(JsonElement Document, IReadOnlyList<string> Loosens, string? Summary, IReadOnlyList<string> Editors, string? SubmittedBy, IReadOnlyList<string> Open);

/// <summary>What becomes of the change that waits.</summary>
/// <param name="To">live: approve it, in force at once; draft: send it back, or take it back.</param>
/// <param name="Reason">Up to 500 characters.</param>
public sealed record SettingsMoveBody(string To, string? Reason = null);

/// <summary>Body of the kill switch.</summary>
public sealed record KillSwitchBody(bool On, string? Reason = null);

/// <summary>Whether activations are stopped.</summary>
public sealed record KillSwitchReply(bool On, long Version);
