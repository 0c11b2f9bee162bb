namespace Aampe.Agents.Core.Experiments;

/// <summary>Why an analysis has no answer.</summary>
public enum WhyNotKnown
{
    /// <summary>An arm has no users, or the log has no usable row.</summary>
    EmptyArm,

    /// <summary>An arm has fewer than two users (or pairs, or rows), so nothing is known about the spread.</summary>
    TooFewUnits,

    /// <summary>Fewer than two time blocks of comparable size.</summary>
    TooFewBlocks,

    /// <summary>A relative change needs both means above 0.</summary>
    MeanNotPositive,

    /// <summary>All values are alike, so the spread cannot be estimated from them.</summary>
    NoVariation,

    /// <summary>The control mean does not differ enough from 0: Fieller's set is not an interval.</summary>
    Unbounded,

    /// <summary>The covariates tell treated from controls without error, so no finite propensity fits.</summary>
    Separated,

    /// <summary>A covariate is constant or follows from the others.</summary>
    Collinear,

    /// <summary>The target policy never takes an action that was logged.</summary>
    NoOverlap,
}
