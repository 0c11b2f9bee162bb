namespace Aampe.Agents.Core.Simulation;

/// <summary>How often an action went out.</summary>
public sealed record ActionCoverage(string Set, string Action, string Label, int Messages, long Sends);
