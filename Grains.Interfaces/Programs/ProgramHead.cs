namespace Aampe.Agents.Grains.Interfaces.Programs;

/// <summary>What lists show of a program: its documents can be megabytes.</summary>
/// <param name="Id">Program id.</param>
/// <param name="Version">+1 with every change of anything of it.</param>
/// <param name="State">Where it stands, its first draft included.</param>
/// <param name="LiveVersion">Version that agents go by; 0 when it was never published.</param>
/// <param name="Name">Name in the newest document; null when it has none.</param>
/// <param name="Messages">Messages in the newest document; ≥ 0.</param>
/// <param name="Proposal">UTF-8 JSON of how far the change has come; empty when there is none.</param>
/// <param name="Owner">Identity of who made the program.</param>
/// <param name="Published">Whether anything of it was ever live.</param>
[GenerateSerializer, Immutable, Alias("agents.program-head")]
public sealed record ProgramHead(
    [property: Id(0)] string Id,
    [property: Id(1)] long Version,
    [property: Id(2)] string State,
    [property: Id(3)] long LiveVersion,
    [property: Id(4)] string? Name,
    [property: Id(5)] int Messages,
    [property: Id(6)] byte[] Proposal,
    [property: Id(7)] string Owner,
    [property: Id(8)] bool Published);
