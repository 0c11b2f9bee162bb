namespace Aampe.Agents.Core.Effects;

/// <summary>Which features find the nearest controls (docs/method.md §5, neighbours).</summary>
public enum NeighbourFeatures
{
    /// <summary>f1 to f7: lowers variance where treatment is random and outcomes are not skewed; else the nearest lie nearer to the middle than the user (ADR 0004, 0011).</summary>
    All,

    /// <summary>f2 to f7, the default: with non-random treatment, matching on Y_pre invites regression to the mean.</summary>
    WithoutBaseline,
}
