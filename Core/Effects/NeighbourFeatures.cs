namespace Aampe.Agents.Core.Effects;

/// <summary>Which features find the nearest controls (docs/method.md §5, neighbours).</summary>
public enum NeighbourFeatures
{
    /// <summary>f1 to f7 at t_int: lowers variance where treatment is random and outcomes are not skewed; else the nearest lie nearer to the middle than the user (ADR 0004, 0011).</summary>
    All,

    /// <summary>f2 to f7 at t_int. Days and hours just before t_int are still in them, and with these a little of what Y_pre holds by chance.</summary>
    WithoutBaseline,

    /// <summary>f2 to f7 as they were when pre began, the default: what happens by chance in pre chooses no neighbour, and the mean is 0 where nothing was sent.</summary>
    BeforeTheWindow,
}
