using System.Collections.Immutable;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Workflow;

/// <summary>How far a change has come on its way to being live.</summary>
public enum ProposalState
{
    /// <summary>Being written.</summary>
    Draft,

    /// <summary>Waiting for somebody else.</summary>
    InReview,

    /// <summary>Somebody else has said yes; it is not live yet.</summary>
    Approved,
}

/// <summary>A remark about a change.</summary>
/// <param name="At">When.</param>
/// <param name="By">Actor.</param>
/// <param name="Text">1 to 2,000 characters.</param>
public sealed record ReviewNote(Instant At, string By, string Text);

/// <summary>A change that is not live yet: the next version of an object, or its first.</summary>
public sealed record Proposal
{
    /// <summary>Most remarks kept.</summary>
    public const int MostNotes = 200;

    /// <summary>How far it has come.</summary>
    public ProposalState State { get; init; } = ProposalState.Draft;

    /// <summary>Identities of everybody who wrote on it since it was begun; none of them may approve it.</summary>
    public ImmutableArray<string> Editors { get; init; } = [];

    /// <summary>Actor who asked for the review; null before.</summary>
    public string? SubmittedBy { get; init; }

    /// <summary>Actor who approved; null before.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Remarks, oldest first.</summary>
    public ImmutableArray<ReviewNote> Notes { get; init; } = [];

    /// <summary>The change after somebody wrote on it: whatever was said of it before held for another text.</summary>
    public Proposal EditedBy(WorkflowActor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return this with
        {
            State = ProposalState.Draft,
            SubmittedBy = null,
            ApprovedBy = null,
            Editors = Editors.Contains(actor.Identity) ? Editors : Editors.Add(actor.Identity),
        };
    }

    /// <summary>The change with one remark more; the oldest go when there are too many.</summary>
    public Proposal Noted(ReviewNote note) => this with { Notes = [.. Notes.Add(note).TakeLast(MostNotes)] };
}
