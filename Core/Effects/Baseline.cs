namespace Aampe.Agents.Core.Effects;

/// <summary>What a user's outcome after an intervention is compared with (docs/method.md §5, baseline).</summary>
public enum Baseline
{
    /// <summary>Y over the window before it, as long as the one after: the paper's rule. Blind to messages sent as often as the window is long.</summary>
    Window,

    /// <summary>The rate of the user's whole days among the 28 before that own sends do not reach, over the decayed mass of the window after.</summary>
    FourWeeks,
}
