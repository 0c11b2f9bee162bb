using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>An event that could not be taken.</summary>
public sealed record DeadLetter
{
    public required string Id { get; init; }

    public string? Source { get; init; }

    public required string Reason { get; init; }

    public string? Detail { get; init; }

    public DateTimeOffset At { get; init; }

    public string? MessageId { get; init; }

    /// <summary>The event as it was sent; text when it was no JSON.</summary>
    public JsonElement? Payload { get; init; }

    public DateTimeOffset? ReplayedAt { get; init; }
}

/// <summary>A message that the sandbox kept.</summary>
public sealed record SandboxEntry(DecisionId DecisionId, string UserId, string Channel, DateTimeOffset At, JsonElement Content);

/// <summary>A decision in a list.</summary>
public sealed record RecentDecision
{
    public required DecisionId DecisionId { get; init; }

    public required string UserId { get; init; }

    public string? ProgramId { get; init; }

    public DateTimeOffset DecidedAt { get; init; }

    public string? Verdict { get; init; }

    public string? Arm { get; init; }

    public string? Channel { get; init; }

    public string? MessageId { get; init; }

    public string? Trigger { get; init; }

    public double? Propensity { get; init; }

    public IReadOnlyList<HoldReason> Reasons { get; init; } = [];
}

/// <summary>The clock that the silo lives by.</summary>
public sealed record ClockState(DateTimeOffset Now, bool Simulated);

/// <summary>What a move of the simulated clock did.</summary>
/// <param name="Now">Where the clock stands.</param>
/// <param name="Decisions">Decisions made on the way.</param>
/// <param name="Effects">Effects that became final on the way.</param>
/// <param name="Deliveries">Hand-overs made on the way.</param>
/// <param name="Folds">Folds of cohorts on the way.</param>
public sealed record ClockMove(DateTimeOffset Now, int Decisions, int Effects, int Deliveries, int Folds);

/// <summary>What is running.</summary>
public sealed record ServerVersion(string Version, string Runtime, bool Simulated, DateTimeOffset Now);
