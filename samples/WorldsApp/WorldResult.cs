using Aampe.Agents.Worlds;

namespace Aampe.Agents.WorldsApp;

/// <summary>What came of a world that was lived through the product.</summary>
public sealed record WorldResult
{
    /// <summary>Users that the product's experiment never messages.</summary>
    public required bool[] Control { get; init; }

    /// <summary>What messages truly brought.</summary>
    public required Brought Brought { get; init; }

    /// <summary>Events that were posted.</summary>
    public required long Posted { get; init; }

    /// <summary>Events that agents know, by their own counters.</summary>
    public required long Known { get; init; }

    /// <summary>Events that came twice, by agents' counters.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Events that could not be taken.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>Messages that were handed over.</summary>
    public required long Handed { get; init; }

    /// <summary>Hand-overs that were refused as forged or malformed.</summary>
    public required int Refused { get; init; }

    /// <summary>Sends by agents' own counters.</summary>
    public required long Sends { get; init; }

    /// <summary>Decisions recorded.</summary>
    public required long Decisions { get; init; }

    /// <summary>Probability of the verdict of each decision that was drawn and read back.</summary>
    public required IReadOnlyList<double> Propensities { get; init; }

    /// <summary>Decisions that were read back and not drawn: the control group's.</summary>
    public required int Undrawn { get; init; }

    /// <summary>Time that it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Users who may get messages.</summary>
    public int Treated => Control.Count(control => !control);
}
