namespace Aampe.Agents.Core.Effects;

/// <summary>What happens when another agentic intervention on the same user lies nearer than t_Δ (docs/method.md §5, overlap).</summary>
public enum OverlapRule
{
    /// <summary>Both windows shrink to the gap, down to the shortest window allowed. The default.</summary>
    Truncate,

    /// <summary>Any overlap: not identified.</summary>
    Exclude,

    /// <summary>Full windows, whatever else was sent.</summary>
    Ignore,
}
