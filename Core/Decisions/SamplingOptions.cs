namespace Aampe.Agents.Core.Decisions;

/// <summary>How a program explores.</summary>
/// <param name="SampleShare">φ in [0, 1]: share of decisions that draw from the posteriors; the rest take the largest posterior mean.</param>
/// <param name="Exploration">ε in [0, 1]: share of choices made uniformly among the eligible actions.</param>
/// <remarks>docs/method.md §10; defaults φ = 1 (the paper), ε = 0.01 (bounds importance weights).</remarks>
public sealed record SamplingOptions(double SampleShare, double Exploration)
{
    /// <summary>φ = 1, ε = 0.01.</summary>
    public SamplingOptions()
        : this(1, 0.01)
    {
    }

    /// <summary>Share of sampled decisions φ.</summary>
    public double SampleShare { get; init => field = Require.Between(value, 0, 1); } = Require.Between(SampleShare, 0, 1);

    /// <summary>Share of uniform choices ε.</summary>
    public double Exploration { get; init => field = Require.Between(value, 0, 1); } = Require.Between(Exploration, 0, 1);

    /// <summary>The decision's one draw of φ, common to all its sets.</summary>
    public bool DrawSampled(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return random.NextDouble() < SampleShare;
    }
}
