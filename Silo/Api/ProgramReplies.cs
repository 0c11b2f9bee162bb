using System.Text.Json;

namespace Aampe.Agents.Silo.Api;

/// <summary>A program without its document.</summary>
/// <param name="Version">+1 with every change of anything.</param>
/// <param name="State">draft, in_review, approved (before it was ever live), live, paused or archived.</param>
/// <param name="Draft">The change on its way; null when there is none.</param>
/// <param name="LiveVersion">Version that agents go by; 0 when it was never live.</param>
/// <param name="Messages">Messages in the newest document.</param>
/// <param name="Open">States that the caller can send it to.</param>
public sealed record ProgramItem(string Id, long Version, string State, string? Name, ProposalReply? Draft, long LiveVersion, int Messages, IReadOnlyList<string> Open);

/// <summary>A program's document at one version.</summary>
public sealed record ProgramReply(string Id, long Version, string State, JsonElement Document, long LiveVersion, ProposalReply? Draft, IReadOnlyList<string> Open)
{
    /// <summary>Messages in the document, also where it is asked for without them; null for an earlier version.</summary>
    public int? Messages { get; init; }
}

/// <summary>How far a change has come.</summary>
/// <param name="State">draft, in_review or approved.</param>
/// <param name="Editors">Everybody who wrote on it.</param>
public sealed record ProposalReply(string State, IReadOnlyList<string> Editors, string? SubmittedBy, string? ApprovedBy, IReadOnlyList<RemarkReply> Remarks);

/// <summary>A remark about a change.</summary>
public sealed record RemarkReply(string At, string By, string Text);

/// <summary>What a change would come to; nothing is stored.</summary>
public sealed record DryRunReply(string Id, long Version, IReadOnlyList<ChangeReply> Changes, string? Summary);

/// <summary>What differs between two versions.</summary>
/// <param name="From">Name of the earlier one: a version, or live.</param>
/// <param name="To">Name of the later one: a version, or draft.</param>
/// <param name="Fields">Fields that differ, also those beyond the limit asked for.</param>
public sealed record DifferenceReply(string Id, string From, string To, IReadOnlyList<ChangeReply> Changes, string? Summary, int Fields);

/// <summary>One field that differs.</summary>
/// <param name="Path">JSON pointer in which items of lists stand by their id.</param>
/// <param name="Words">Where both are text: the pieces in reading order.</param>
public sealed record ChangeReply(string Path, string? Before, string? After, IReadOnlyList<WordReply>? Words);

/// <summary>A piece of a text.</summary>
/// <param name="Kind">same, removed or added.</param>
public sealed record WordReply(string Kind, string Text);

/// <summary>Where a program is to go, and why.</summary>
/// <param name="To">draft, in_review, approved, live, paused or archived.</param>
/// <param name="Reason">Up to 500 characters; must be given to override a check.</param>
/// <param name="Override">Publish although a launch check fails; needs the right and a reason.</param>
public sealed record TransitionBody(string To, string? Reason = null, bool Override = false);

/// <summary>A remark about a change.</summary>
/// <param name="Text">1 to 2,000 characters.</param>
public sealed record RemarkBody(string Text);
