namespace Aampe.Agents.Core.Events;

/// <summary>The sign that an event type's weight was declared to have.</summary>
public enum Direction
{
    /// <summary>Whatever the counts say.</summary>
    Estimated,

    /// <summary>Never below 0.</summary>
    Positive,

    /// <summary>Never above 0.</summary>
    Negative,
}
