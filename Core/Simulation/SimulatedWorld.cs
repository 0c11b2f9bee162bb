namespace Aampe.Agents.Core.Simulation;

/// <summary>How made-up users answer messages.</summary>
public enum SimulatedWorld
{
    /// <summary>Messages bring visits, some labels more than others, each user with own tastes.</summary>
    Usual,

    /// <summary>Messages bring little and tire quickly; one user in three cannot be reached on a channel or has not agreed.</summary>
    Pessimistic,

    /// <summary>Messages do nothing.</summary>
    Null,
}
