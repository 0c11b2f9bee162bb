namespace Aampe.Agents.Core.Simulation;

/// <summary>A count by name.</summary>
public sealed record NamedCount(string Name, long Count);
