namespace Aampe.Agents.Client;

/// <summary>How far a change has come.</summary>
/// <param name="State">draft, in_review or approved.</param>
/// <param name="Editors">Everybody who wrote on it; none of them may approve it.</param>
public sealed record ProgramProposal(string State, IReadOnlyList<string> Editors, string? SubmittedBy, string? ApprovedBy, IReadOnlyList<ProgramRemark> Remarks);

/// <summary>A remark about a change.</summary>
public sealed record ProgramRemark(DateTimeOffset At, string By, string Text);

/// <summary>What differs between two documents.</summary>
/// <param name="Summary">In a few words; <see langword="null"/> when nothing does.</param>
public sealed record ProgramDifference(string Id, IReadOnlyList<FieldDifference> Changes, string? Summary)
{
    /// <summary>Fields that differ, also those beyond the limit asked for; 0 where all are in <see cref="Changes"/>.</summary>
    public int Fields { get; init; }
}

/// <summary>One field that differs.</summary>
/// <param name="Path">JSON pointer in which items of lists stand by their id.</param>
/// <param name="Words">Where both are text: pieces in reading order, each same, removed or added.</param>
public sealed record FieldDifference(string Path, string? Before, string? After, IReadOnlyList<WordDifference>? Words);

/// <summary>A piece of a text.</summary>
public sealed record WordDifference(string Kind, string Text);

/// <summary>The action sets of a program alone.</summary>
/// <param name="Document"><c>{"actionSets": […]}</c>, of the draft where there is one.</param>
/// <param name="Live">Labels of what is live, by set: they can be retired, not removed. Null when nothing ever was.</param>
/// <param name="Carried">Messages that carry each label, by set and label.</param>
/// <param name="Made">Messages that the change made, so that each new label has one to begin with.</param>
public sealed record ProgramSets(
    string Program, long Version, System.Text.Json.JsonElement Document, IReadOnlyDictionary<string, IReadOnlyList<string>>? Live, IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Carried, IReadOnlyList<string> Made);
