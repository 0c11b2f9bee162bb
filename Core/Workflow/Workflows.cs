using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Workflow;

/// <summary>
/// Draft → in review → approved → live ⇄ paused → archived. What is live goes on serving while its next version is written and reviewed; pausing is
/// always easier than starting; nobody approves an own change.
/// </summary>
public static class Workflows
{
    /// <summary>Names of the states that a transition can lead to.</summary>
    public static IReadOnlyList<string> States { get; } = ["draft", "in_review", "approved", "live", "paused", "archived"];

    /// <summary>Name of where an object stands, its change first: what a list shows.</summary>
    public static string Name(Lifecycle now)
    {
        ArgumentNullException.ThrowIfNull(now);
        return now.Published == ProgramState.Draft && now.Proposal is { } first ? Name(first.State) : Name(now.Published);
    }

    /// <summary>Name of a change's state.</summary>
    public static string Name(ProposalState state) => state == ProposalState.InReview ? "in_review" : state.ToString().ToLowerInvariant();

    /// <summary>Name of a published state.</summary>
    public static string Name(ProgramState state) => state.ToString().ToLowerInvariant();

    /// <summary>What comes of sending an object to a state.</summary>
    /// <param name="to">One of <see cref="States"/>; anything else is impossible.</param>
    public static Transition Move(Lifecycle now, string to, WorkflowActor actor)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(actor);
        if (!IsWay(now, to, actor.FourEyes))
        {
            return new Transition.Impossible([.. States.Where(state => IsWay(now, state, actor.FourEyes))]);
        }

        return to switch
        {
            "in_review" => Guarded(actor, Rights.Edit, Proposed(now, now.Proposal! with { State = ProposalState.InReview, SubmittedBy = actor.Id }, "submitted")),
            "draft" => Back(now, now.Proposal!, actor),
            "approved" => Approve(now, now.Proposal!, actor),
            "live" when now is { Published: ProgramState.Paused, Proposal: not { State: ProposalState.Approved } } => Guarded(actor, Rights.Resume, Moved(now, ProgramState.Live, "resumed")),
            "live" => Guarded(actor, Rights.Approve, Publish(now)),
            "paused" => Pause(now, actor),
            _ => Guarded(actor, Rights.Approve, new Transition.Allowed(now with { Published = ProgramState.Archived, Proposal = null }, false, Name(now), "archived")),
        };
    }

    /// <summary>States that somebody can send an object to.</summary>
    public static IReadOnlyList<string> Open(Lifecycle now, WorkflowActor actor) => [.. States.Where(state => Move(now, state, actor) is Transition.Allowed)];

    static bool IsWay(Lifecycle now, string to, bool fourEyes) => now.Published != ProgramState.Archived && to switch
    {
        "in_review" => now.Proposal is { State: ProposalState.Draft },
        "draft" => now.Proposal is { State: not ProposalState.Draft },
        "approved" => now.Proposal is { State: ProposalState.InReview },
        // Somebody who is alone has nobody to ask: submitting and approving would be the same hand three times.
        "live" => now.Proposal is { State: ProposalState.Approved } || now.Published == ProgramState.Paused || now.Proposal is not null && !fourEyes,
        "paused" => now.Published == ProgramState.Live,
        "archived" => true,
        _ => false,
    };

    static Transition Guarded(WorkflowActor actor, Rights right, Transition.Allowed then) => actor.May(right) ? then : new Transition.Forbidden(right);

    static Transition Back(Lifecycle now, Proposal sent, WorkflowActor actor)
    {
        // Whoever wrote it may take it back; anybody else sends it back as a reviewer.
        var own = actor.May(Rights.Edit) && sent.Editors.Contains(actor.Identity);
        var back = Proposed(now, sent with { State = ProposalState.Draft, SubmittedBy = null, ApprovedBy = null }, own ? "taken_back" : "sent_back");
        return own ? back : Guarded(actor, Rights.Approve, back);
    }

    static Transition Approve(Lifecycle now, Proposal waiting, WorkflowActor actor) =>
        !actor.May(Rights.Approve) ? new Transition.Forbidden(Rights.Approve)
        : actor.FourEyes && waiting.Editors.Contains(actor.Identity) ? new Transition.OwnChange()
        : Proposed(now, waiting with { State = ProposalState.Approved, ApprovedBy = actor.Id }, "approved");

    static Transition Pause(Lifecycle now, WorkflowActor actor) =>
        actor.May(Rights.Pause) || actor.May(Rights.Edit) && now.Owner == actor.Identity ? Moved(now, ProgramState.Paused, "paused") : new Transition.Forbidden(Rights.Pause);

    static Transition.Allowed Publish(Lifecycle now) => new(now with { Published = ProgramState.Live, Proposal = null }, true, Name(now), "published");

    static Transition.Allowed Moved(Lifecycle now, ProgramState to, string act) => new(now with { Published = to }, false, Name(now), act);

    static Transition.Allowed Proposed(Lifecycle now, Proposal to, string act) => new(now with { Proposal = to }, false, Name(now.Proposal!.State), act);
}
