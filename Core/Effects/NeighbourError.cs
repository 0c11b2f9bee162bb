namespace Aampe.Agents.Core.Effects;

/// <summary>How far effects measured on users whom nobody messaged lie from 0 with k controls each.</summary>
/// <param name="Neighbours">k.</param>
/// <param name="MeanError">Mean of the placebo effects, nats: the bias.</param>
/// <param name="MeanSquaredError">Mean of their squares, nats²; ≥ 0.</param>
/// <param name="Placebos">How many were measured.</param>
public readonly record struct NeighbourError(int Neighbours, double MeanError, double MeanSquaredError, int Placebos);
