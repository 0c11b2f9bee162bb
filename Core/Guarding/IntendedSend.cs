using System.Collections.Immutable;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>One message that wants to go to one user, with all that limits ask about.</summary>
public sealed record IntendedSend
{
    /// <summary>Channel that wants to speak.</summary>
    public required string Channel { get; init; }

    /// <summary>marketing, service or transactional.</summary>
    public string Category { get; init; } = "marketing";

    /// <summary>The hand-over.</summary>
    public required Instant At { get; init; }

    /// <summary>Where the user is.</summary>
    public required UserZone Zone { get; init; }

    /// <summary>All sends that count, of every program and every system, in order of time; at least the last 35 days.</summary>
    public ImmutableArray<SentRecord> Sends { get; init; } = [];

    /// <summary>Program whose limits are asked: its caps count its own sends. Empty = the workspace's, which count all.</summary>
    public string Program { get; init; } = "";

    /// <summary>The last time the user reached the goal in question; null = not in the last weeks.</summary>
    public Instant? LastGoal { get; init; }

    /// <summary>The user, for rules; null = limits have none.</summary>
    public IAudienceMember? User { get; init; }

    /// <summary>Category of a send; null = nobody knows (another system's, or its message is gone), and every category counts it.</summary>
    public Func<SentRecord, string?> CategoryOf { get; init; } = static _ => null;
}
