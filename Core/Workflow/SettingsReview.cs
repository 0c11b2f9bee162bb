using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Workflow;

/// <summary>The way of a change of the workspace's settings: what narrows is in force at once, what loosens waits for somebody else, where there is somebody else.</summary>
public static class SettingsReview
{
    /// <summary>Where a waiting change can go: live, or back.</summary>
    public static IReadOnlyList<string> States { get; } = ["live", "draft"];

    /// <summary>Whether a change waits.</summary>
    /// <param name="loosened">What it loosens.</param>
    public static bool Waits(IReadOnlyCollection<string> loosened, WorkflowActor actor)
    {
        ArgumentNullException.ThrowIfNull(loosened);
        ArgumentNullException.ThrowIfNull(actor);
        return loosened.Count > 0 && actor.FourEyes;
    }

    /// <summary>The waiting change after somebody wrote it, or wrote over it.</summary>
    public static Proposal Written(Proposal? waiting, WorkflowActor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (waiting ?? new Proposal()).EditedBy(actor) with { State = ProposalState.InReview, SubmittedBy = actor.Id };
    }

    /// <summary>What comes of sending it somewhere: nobody approves an own change; whoever wrote it takes it back, others send it back.</summary>
    public static Transition Move(Proposal? waiting, string to, WorkflowActor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (waiting is null || !States.Contains(to))
        {
            return new Transition.Impossible(waiting is null ? [] : States);
        }

        return Workflows.Move(new Lifecycle(ProgramState.Live, waiting, actor.Identity), to == "live" ? "approved" : "draft", actor);
    }

    /// <summary>Where somebody can send it.</summary>
    public static IReadOnlyList<string> Open(Proposal? waiting, WorkflowActor actor) => [.. States.Where(to => Move(waiting, to, actor) is Transition.Allowed)];
}
