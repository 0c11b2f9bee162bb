namespace Aampe.Agents.Core.Effects;

/// <summary>Which features find the nearest controls (docs/method.md §5, neighbours).</summary>
public enum NeighbourFeatures
{
    /// <summary>f1 to f7. Right where treated and controls come from one randomised population.</summary>
    All,

    /// <summary>f2 to f7: with non-random treatment, matching on Y_pre invites regression to the mean.</summary>
    WithoutBaseline,
}
