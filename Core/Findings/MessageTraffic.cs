namespace Aampe.Agents.Core.Findings;

/// <summary>How often a message went out to users of the panel.</summary>
/// <param name="Message">Message id.</param>
/// <param name="Sends">Sends since <see cref="ProgramFindings.TrafficSince"/>; ≥ 1.</param>
/// <param name="Users">Users among them; ≥ 1.</param>
public sealed record MessageTraffic(string Message, long Sends, long Users);
