namespace Aampe.Agents.Core.Populations;

/// <summary>How one decision explores: a uniform choice, a draw from the belief, or the belief's mean.</summary>
/// <remarks>docs/method.md §10a. A decision logs its plan: with the belief it gives every propensity again.</remarks>
public sealed record ExplorationPlan
{
    /// <summary>A plan.</summary>
    /// <param name="uniform">u in [0, 1]: probability that the choice is uniform; not below the floor ε.</param>
    /// <param name="sampled">φ in [0, 1]: of the other choices, the share that draws from the belief; the rest takes its mean.</param>
    /// <param name="width">w in [0, 1]: factor on how far draws lie from the belief's mean; 1 draws from the belief itself.</param>
    /// <param name="uniformSends">q in [0, 1]: share of uniform choices that send.</param>
    public ExplorationPlan(double uniform, double sampled, double width, double uniformSends)
    {
        Uniform = Require.Between(uniform, 0, 1);
        Sampled = Require.Between(sampled, 0, 1);
        Width = Require.Between(width, 0, 1);
        UniformSends = Require.Between(uniformSends, 0, 1);
    }

    /// <summary>Always the belief's mean: nothing is explored, and nothing can be evaluated off-policy.</summary>
    public static ExplorationPlan None { get; } = new(0, 0, 0, 0);

    /// <summary>u: probability that the choice is uniform.</summary>
    public double Uniform { get; }

    /// <summary>φ: share of the other choices that draw from the belief.</summary>
    public double Sampled { get; }

    /// <summary>w: factor on how far draws lie from the belief's mean.</summary>
    public double Width { get; }

    /// <summary>q: share of uniform choices that send.</summary>
    public double UniformSends { get; }
}

/// <summary>What made a joint choice.</summary>
public enum ChoiceSource
{
    /// <summary>The belief's mean.</summary>
    Mean,

    /// <summary>A draw from the belief.</summary>
    Draw,

    /// <summary>Chance alone.</summary>
    Uniform,
}
