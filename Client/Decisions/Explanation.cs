using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>Why a decision came out as it did.</summary>
public sealed record Explanation
{
    public required DecisionId DecisionId { get; init; }

    public required string UserId { get; init; }

    public string? ProgramId { get; init; }

    public long? ProgramVersion { get; init; }

    /// <summary>send or hold.</summary>
    public required string Verdict { get; init; }

    /// <summary>agentic, random, rules or holdout.</summary>
    public string? Arm { get; init; }

    /// <summary>What caused it: tick, event or api.</summary>
    public string? Trigger { get; init; }

    public DateTimeOffset DecidedAt { get; init; }

    /// <summary>The decision in words.</summary>
    public IReadOnlyList<string> Sentences { get; init; } = [];

    public JsonElement? Context { get; init; }

    public IReadOnlyList<HoldReason> Reasons { get; init; } = [];

    /// <summary>Each set with every candidate that could be drawn.</summary>
    public IReadOnlyList<ExplainedSet> Sets { get; init; } = [];

    /// <summary>Nearest messages of the catalogue.</summary>
    public IReadOnlyList<ExplainedMatch> Match { get; init; } = [];

    public string? MessageId { get; init; }

    public string? Channel { get; init; }

    public double? Propensity { get; init; }

    public string? PropensityMethod { get; init; }

    public double? PropensityStdError { get; init; }

    public double? HoldPropensity { get; init; }

    public DateTimeOffset? SendAt { get; init; }

    public DateTimeOffset? SendAtLocal { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public IReadOnlyList<ExplainedGuardrail> Guardrails { get; init; } = [];

    public ExplainedZone? TimeZone { get; init; }

    public DecisionVersions? Versions { get; init; }

    public string? RecordHash { get; init; }
}

/// <summary>One action set of a decision.</summary>
public sealed record ExplainedSet(string Id, string? Dimension, string? Chosen, IReadOnlyList<ExplainedCandidate> Candidates);

/// <summary>One candidate: what was believed beforehand, what the user taught, what was drawn.</summary>
public sealed record ExplainedCandidate
{
    public required string Action { get; init; }

    /// <summary>Parameters of the prior: α, β of a Beta.</summary>
    public IReadOnlyList<double> Prior { get; init; } = [];

    /// <summary>Parameters of the posterior.</summary>
    public IReadOnlyList<double> Posterior { get; init; } = [];

    public double? PriorMean { get; init; }

    /// <summary>Successes of this user, after forgetting.</summary>
    public double? OwnSuccesses { get; init; }

    /// <summary>Failures of this user, after forgetting.</summary>
    public double? OwnFailures { get; init; }

    public double? Mean { get; init; }

    /// <summary>5 % quantile of the posterior.</summary>
    public double? Low { get; init; }

    /// <summary>95 % quantile of the posterior.</summary>
    public double? High { get; init; }

    /// <summary>Value drawn; <see langword="null"/> when this arm does not draw.</summary>
    public double? Draw { get; init; }

    public double? Propensity { get; init; }

    public bool Chosen { get; init; }
}

/// <summary>A message and how near it is to the drawn labels.</summary>
public sealed record ExplainedMatch(string MessageId, double? Distance, double? Value);

/// <summary>A guardrail with what it met.</summary>
public sealed record ExplainedGuardrail(string Id, bool Passed, JsonElement? Value, JsonElement? Limit);

/// <summary>Where the local time comes from.</summary>
public sealed record ExplainedZone(string Id, string? Source, DateTimeOffset? AsOf);
