namespace Aampe.Agents.Core.Effects;

/// <summary>One of the nearest controls.</summary>
/// <param name="Index">Its place in the pool that was searched.</param>
/// <param name="Distance">Euclidean distance in standardised features; ≥ 0.</param>
public readonly record struct Neighbour(int Index, double Distance);
