namespace Aampe.Agents.Core.Simulation;

/// <summary>Who is simulated, and how messages are answered.</summary>
public enum SimulatedWorld
{
    /// <summary>Messages bring visits, some labels more than others, each user with own tastes.</summary>
    Usual,

    /// <summary>Messages bring little and tire quickly; one user in three cannot be reached on a channel or has not agreed.</summary>
    Pessimistic,

    /// <summary>Messages do nothing.</summary>
    Null,

    /// <summary>Real users of the panel live their own last weeks again, message or not: sends, holds, caps and coverage at the rhythm of this app.</summary>
    Past,
}
