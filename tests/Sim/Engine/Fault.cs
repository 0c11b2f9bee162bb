namespace Aampe.Agents.Sim.Engine;

/// <summary>What went wrong with a call.</summary>
internal enum FaultKind
{
    /// <summary>Nothing was done.</summary>
    Down,

    /// <summary>Done or not: nobody knows.</summary>
    Unknown,

    /// <summary>Somebody else wrote first.</summary>
    Conflict,

    /// <summary>A newer owner has taken over.</summary>
    Fenced,

    /// <summary>The one asked does not own the partition, or does not serve it yet.</summary>
    NotOwner,

    /// <summary>No valid lease on the rules.</summary>
    NoLease,
}

/// <summary>A failure that protocols must live with; anything else that is thrown is a defect.</summary>
internal sealed class Fault(FaultKind kind) : Exception(kind.ToString())
{
    public FaultKind Kind { get; } = kind;
}
