using System.Text.Json;
using System.Text.Json.Serialization;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Workflow;

namespace Aampe.Agents.Grains.Programs;

/// <summary>A program as stored, one document a version: what agents go by, and beside it the change on its way.</summary>
/// <param name="State">State of what was published: live, paused or archived; draft when nothing ever was.</param>
/// <param name="Document">What was published; the draft when nothing ever was.</param>
/// <param name="Draft">The change on its way, where something is published already.</param>
/// <param name="Proposal">How far the change has come; null when there is none. A draft of an older release has none yet.</param>
/// <param name="LiveVersion">Version that agents go by; 0 in documents of an older release, where it is the document's own.</param>
/// <param name="Owner">Identity of who made it.</param>
public sealed record StoredProgram(string State, JsonElement Document, JsonElement? Draft = null, Proposal? Proposal = null, long LiveVersion = 0, string Owner = "")
{
    /// <summary>A draft that was dropped before anything was live.</summary>
    public static StoredProgram Dropped { get; } = new("dropped", JsonElement.Parse("{}"));

    /// <summary>Whether there is no such program any more.</summary>
    [JsonIgnore]
    public bool IsDropped => State == Dropped.State;

    /// <summary>State of what was published.</summary>
    [JsonIgnore]
    public ProgramState Published => Enum.Parse<ProgramState>(State, ignoreCase: true);

    /// <summary>Where it stands.</summary>
    [JsonIgnore]
    public Lifecycle Lifecycle => new(Published, Proposal ?? (Published == ProgramState.Draft ? new Proposal() : null), Owner);

    /// <summary>The change on its way; null when there is none.</summary>
    [JsonIgnore]
    public JsonElement? Change => Published == ProgramState.Draft ? Document : Draft;

    /// <summary>The same with a change written.</summary>
    public StoredProgram Edited(JsonElement document, WorkflowActor actor)
    {
        var proposal = (Lifecycle.Proposal ?? new Proposal()).EditedBy(actor);
        return Published == ProgramState.Draft ? this with { Document = document, Proposal = proposal } : this with { Draft = document, Proposal = proposal };
    }

    /// <summary>The same after a transition that is stored as <paramref name="version"/>.</summary>
    public StoredProgram Moved(Transition.Allowed move, long version)
    {
        var state = Workflows.Name(move.After.Published);
        return move.Publishes ? this with { State = state, Document = Change!.Value, Draft = null, Proposal = null, LiveVersion = version }
            : move.After.Published != Published ? this with { State = state, Draft = move.After.Proposal is null ? null : Draft, Proposal = move.After.Proposal, LiveVersion = version }
            : this with { Proposal = move.After.Proposal };
    }
}
