using System.Text.Json.Nodes;

namespace Aampe.Agents.Silo.Api;

/// <summary>A question for the next message of a user.</summary>
public sealed record NextQuestion
{
    /// <summary>One channel only: push, email, sms, whatsapp or in_app.</summary>
    public string? Channel { get; init; }

    /// <summary>These channels only.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>One program only.</summary>
    public string? ProgramId { get; init; }

    /// <summary>Where the card goes, for in-app.</summary>
    public string? Placement { get; init; }

    /// <summary>Event that caused the question.</summary>
    public string? Trigger { get; init; }

    /// <summary>Context values that the program declares; others are refused.</summary>
    public JsonObject? Context { get; init; }

    /// <summary>Decide and activate in one step.</summary>
    public bool Activate { get; init; }

    /// <summary>Compute only: no record, no counters, no learning.</summary>
    public bool DryRun { get; init; }

    /// <summary>Longest wait in milliseconds, 1 to 5,000; past it the answer is a hold with reason timeout.</summary>
    public int? MaxWaitMs { get; init; }

    /// <summary>In a bulk call only: whose next message.</summary>
    public string? UserId { get; init; }

    /// <summary>In a bulk call only: idempotency key of this question.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>Questions of a bulk call.</summary>
public sealed record BulkQuestion
{
    /// <summary>1 to 1,000 questions, each with its userId.</summary>
    public IReadOnlyList<NextQuestion>? Requests { get; init; }
}

/// <summary>Answers of a bulk call, in order; each a decision or a problem.</summary>
public sealed record BulkReply(IReadOnlyList<object> Results);

/// <summary>The answer: speak or stay silent. Both are normal.</summary>
public sealed record NextReply
{
    public string? DecisionId { get; init; }

    /// <summary>send or hold.</summary>
    public required string Verdict { get; init; }

    public required string UserId { get; init; }

    public string? ProgramId { get; init; }

    /// <summary>agentic, random, rules or holdout.</summary>
    public string? Arm { get; init; }

    public string? Channel { get; init; }

    public string? SendAt { get; init; }

    public string? SendAtLocal { get; init; }

    public string? ExpiresAt { get; init; }

    /// <summary>id, version, locale, labels, content, defaulted; null on a hold.</summary>
    public JsonObject? Message { get; init; }

    /// <summary>Probability with which this message was chosen.</summary>
    public double? Propensity { get; init; }

    public string? PropensityMethod { get; init; }

    public double? PropensityStdError { get; init; }

    public double? HoldPropensity { get; init; }

    public IReadOnlyList<SetReply> Sets { get; init; } = [];

    /// <summary>Why it is a hold: code, and where there is one guardrailId, value, limit, retryAfter.</summary>
    public JsonArray Reasons { get; init; } = [];

    /// <summary>Versions that the decision used: program, settings, weights, cohort, cohortAsOf.</summary>
    public JsonObject? Versions { get; init; }

    public string? RecordHash { get; init; }

    public string? ExplainUrl { get; init; }

    /// <summary>required, done, scheduled, held, or none.</summary>
    public required string Activation { get; init; }

    public bool Degraded { get; init; }

    /// <summary>The decision was open already.</summary>
    public bool Replayed { get; init; }
}

/// <summary>Choice of one action set.</summary>
public sealed record SetReply(string Id, string? Chosen, double? Propensity);
