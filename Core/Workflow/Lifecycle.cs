using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Workflow;

/// <summary>Where an object stands: what is live of it, and the change on its way.</summary>
/// <param name="Published">State of what was published; <see cref="ProgramState.Draft"/> when nothing ever was.</param>
/// <param name="Proposal">The change that is not live yet; null when there is none.</param>
/// <param name="Owner">Identity of who made the object.</param>
public sealed record Lifecycle(ProgramState Published, Proposal? Proposal, string Owner);

/// <summary>What a transition comes to.</summary>
public abstract record Transition
{
    Transition()
    {
    }

    /// <summary>It is allowed.</summary>
    /// <param name="After">Where the object stands then.</param>
    /// <param name="Publishes">Whether the change becomes what is live.</param>
    /// <param name="From">State that is left, as the audit trail names it.</param>
    /// <param name="Act">What is done, as the audit trail names it: submitted, approved, published, …</param>
    public sealed record Allowed(Lifecycle After, bool Publishes, string From, string Act) : Transition;

    /// <summary>Nothing leads there from here.</summary>
    /// <param name="Reachable">States that can be reached by somebody with every right.</param>
    public sealed record Impossible(IReadOnlyList<string> Reachable) : Transition;

    /// <summary>The actor lacks a right.</summary>
    /// <param name="Needed">The right.</param>
    public sealed record Forbidden(Rights Needed) : Transition;

    /// <summary>The actor wrote on the change, and there is somebody else who could approve it.</summary>
    public sealed record OwnChange : Transition;
}
