namespace Aampe.Agents.Core.Simulation;

/// <summary>A cap and what came of it.</summary>
/// <param name="Id">Cap.</param>
/// <param name="Channel">Channel; null = all together.</param>
/// <param name="Limit">Most allowed.</param>
/// <param name="Per">localDay, localWeek or rollingHours.</param>
/// <param name="Largest">Most that any user got in one period.</param>
/// <param name="AtLimit">Share of users and periods that reached it (of users, for rolling hours).</param>
public sealed record CapLoad(string Id, string? Channel, int Limit, string Per, int Largest, double AtLimit);
