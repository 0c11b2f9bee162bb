namespace Aampe.Agents.Core.Simulation;

/// <summary>Sends of one simulated day on one channel; days count from 1.</summary>
public sealed record SimulatedDay(int Day, string Channel, long Sends);
