namespace Aampe.Agents.Grains.Interfaces.Programs;

/// <summary>A program with the change on its way.</summary>
/// <param name="Id">Program id.</param>
/// <param name="Version">+1 with every change of anything here.</param>
/// <param name="State">Where it stands, its first draft included: draft, in_review, approved, live, paused or archived.</param>
/// <param name="LiveVersion">Version that agents go by; 0 when it was never published.</param>
/// <param name="Live">UTF-8 JSON of what is published; empty when nothing ever was.</param>
/// <param name="Draft">UTF-8 JSON of the change on its way; empty when there is none.</param>
/// <param name="Proposal">UTF-8 JSON of how far that change has come (<c>Core.Workflow.Proposal</c>); empty when there is none.</param>
/// <param name="Owner">Identity of who made the program.</param>
[GenerateSerializer, Immutable, Alias("agents.program-detail")]
public sealed record ProgramDetail(
    [property: Id(0)] string Id,
    [property: Id(1)] long Version,
    [property: Id(2)] string State,
    [property: Id(3)] long LiveVersion,
    [property: Id(4)] byte[] Live,
    [property: Id(5)] byte[] Draft,
    [property: Id(6)] byte[] Proposal,
    [property: Id(7)] string Owner);
