namespace Aampe.Agents.Grains.Interfaces.Programs;

/// <summary>Who asks for a change (<c>Core.Workflow.WorkflowActor</c> on its way between silos).</summary>
/// <param name="Id">As the audit trail names it.</param>
/// <param name="Identity">The human behind it.</param>
/// <param name="Rights">Flags of <c>Core.Workflow.Rights</c>.</param>
/// <param name="FourEyes">Whether there is somebody else who could approve.</param>
[GenerateSerializer, Immutable, Alias("agents.actor-card")]
public sealed record ActorCard([property: Id(0)] string Id, [property: Id(1)] string Identity, [property: Id(2)] int Rights, [property: Id(3)] bool FourEyes);
