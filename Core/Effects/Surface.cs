namespace Aampe.Agents.Core.Effects;

/// <summary>What set the time of an intervention (docs/method.md §5).</summary>
public enum Surface
{
    /// <summary>The agent: controls are measured at the same instant.</summary>
    Scheduled,

    /// <summary>A trigger in the app, 1 ms before t_int: a control is measured at its own trigger nearest to it within 1 h, and left out without one.</summary>
    Triggered,
}
