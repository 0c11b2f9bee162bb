namespace Aampe.Agents.Core.Effects;

/// <summary>Why a decision has no effect: the closed list of docs/method.md §5. Where several reasons hold, the first in this order is given.</summary>
public enum WhyNot
{
    /// <summary>Not mature: the watermark has not passed the end of the window.</summary>
    WindowOpen,

    /// <summary>The channel refused the message: not an intervention at all.</summary>
    NotDelivered,

    /// <summary>Another intervention on the same user lies too near.</summary>
    Overlap,

    /// <summary>The user's history begins after the window does, or consent was withdrawn before it ended.</summary>
    NotObserved,

    /// <summary>There is no table of event weights yet.</summary>
    NoWeights,

    /// <summary>An ingestion outage covers more than a tenth of either window.</summary>
    IngestGap,

    /// <summary>Neither enough controls nor enough free weeks of the user's own.</summary>
    FewControls,
}
