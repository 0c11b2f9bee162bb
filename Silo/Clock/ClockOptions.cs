using System.ComponentModel.DataAnnotations;

namespace Aampe.Agents.Silo.Clock;

/// <summary>Which clock the silo lives by; section <c>Clock</c>, or <c>--clock simulated</c>.</summary>
public sealed class ClockOptions
{
    /// <summary>system or simulated.</summary>
    [RegularExpression("^(system|simulated)$", ErrorMessage = "Clock:Kind must be 'system' or 'simulated'; was '{0}'.")]
    public string Kind { get; set; } = "system";

    /// <summary>Where a new simulated clock starts, RFC 3339; empty = now.</summary>
    public string Start { get; set; } = "";

    /// <summary>Whether the clock is simulated.</summary>
    public bool Simulated => Kind == "simulated";
}
