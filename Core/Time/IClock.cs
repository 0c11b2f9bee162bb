namespace Aampe.Agents.Core.Time;

/// <summary>The time that events, windows, schedules and guardrails live in: the machine's, or a simulated one that somebody drives.</summary>
public interface IClock
{
    /// <summary>Now; never earlier than an earlier answer.</summary>
    Instant Now { get; }

    /// <summary>Whether somebody drives this clock. Said on every page and in every answer.</summary>
    bool Simulated { get; }
}
