using System.ComponentModel.DataAnnotations;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Settings of the pump; section <c>Pump</c>.</summary>
public sealed class PumpOptions
{
    /// <summary>Most events read at once from a partition.</summary>
    [Range(1, 100_000)]
    public int BatchEvents { get; set; } = 5_000;

    /// <summary>Calls to agents at the same time, per partition: enough to fill a group commit.</summary>
    [Range(1, 1_024)]
    public int ConcurrentAgents { get; set; } = 64;

    /// <summary>Attempts for one user's slice before it goes to the dead letters (R12).</summary>
    [Range(1, 20)]
    public int Attempts { get; set; } = 5;
}
