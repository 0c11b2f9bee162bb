using System.Collections.Immutable;

namespace Aampe.Agents.Core.Programs;

/// <summary>One action of a set: the label that learns.</summary>
/// <param name="Id">Key inside its set.</param>
/// <param name="Label">What people read.</param>
/// <param name="Retired">Kept with its evidence, never drawn again.</param>
public sealed record ActionDefinition(string Id, string Label, bool Retired)
{
    /// <summary>What it means, for whoever writes copy that carries it; up to 500 characters, empty = nothing said.</summary>
    public string Description { get; init; } = "";
}

/// <summary>A named finite set of actions: one dimension of choice (method §8).</summary>
public sealed record ActionSet
{
    /// <summary>Key inside its program.</summary>
    public required string Id { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>What the choice is about, for people; up to 500 characters, empty = nothing said.</summary>
    public string Description { get; init; } = "";

    /// <summary>What the set decides.</summary>
    public required Dimension Dimension { get; init; }

    /// <summary>Its actions in the order of the document; 1 to 20.</summary>
    public required ImmutableArray<ActionDefinition> Actions { get; init; }

    /// <summary>ε: share of uniform exploration; 0 to 0.5.</summary>
    public double Exploration { get; init; } = 0.01;

    /// <summary>h_f of forgetting; null keeps all evidence for ever.</summary>
    public TimeSpan? ForgettingHalfLife { get; init; } = TimeSpan.FromDays(30);
}
