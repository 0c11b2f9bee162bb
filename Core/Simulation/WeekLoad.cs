namespace Aampe.Agents.Core.Simulation;

/// <summary>Users and weeks with so many messages.</summary>
public sealed record WeekLoad(int Sends, long UserWeeks);
