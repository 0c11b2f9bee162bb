namespace Aampe.Agents.Core.Simulation;

/// <summary>One check of the launch gate.</summary>
/// <param name="Id">Key.</param>
/// <param name="Name">What is checked, in words.</param>
/// <param name="Passed">Whether it passes.</param>
/// <param name="Detail">Value and limit.</param>
/// <param name="Fix">What to do; empty when it passes.</param>
public sealed record LaunchCheck(string Id, string Name, bool Passed, string Detail, string Fix);
