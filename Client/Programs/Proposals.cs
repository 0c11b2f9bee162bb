namespace Aampe.Agents.Client;

/// <summary>How far a change has come.</summary>
/// <param name="State">draft, in_review or approved.</param>
/// <param name="Editors">Everybody who wrote on it; none of them may approve it.</param>
public sealed record ProgramProposal(string State, IReadOnlyList<string> Editors, string? SubmittedBy, string? ApprovedBy, IReadOnlyList<ProgramRemark> Remarks);

/// <summary>A remark about a change.</summary>
public sealed record ProgramRemark(DateTimeOffset At, string By, string Text);

/// <summary>What differs between two documents.</summary>
/// <param name="Summary">In a few words; <see langword="null"/> when nothing does.</param>
public sealed record ProgramDifference(string Id, IReadOnlyList<FieldDifference> Changes, string? Summary);

/// <summary>One field that differs.</summary>
/// <param name="Path">JSON pointer in which items of lists stand by their id.</param>
/// <param name="Words">Where both are text: pieces in reading order, each same, removed or added.</param>
public sealed record FieldDifference(string Path, string? Before, string? After, IReadOnlyList<WordDifference>? Words);

/// <summary>A piece of a text.</summary>
public sealed record WordDifference(string Kind, string Text);
