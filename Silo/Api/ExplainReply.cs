using System.Text.Json.Nodes;

namespace Aampe.Agents.Silo.Api;

/// <summary>Why a decision came out as it did, in sentences and numbers.</summary>
public sealed record ExplainReply
{
    public required string DecisionId { get; init; }

    public required string UserId { get; init; }

    public string? ProgramId { get; init; }

    public double? ProgramVersion { get; init; }

    /// <summary>send or hold.</summary>
    public required string Verdict { get; init; }

    /// <summary>agentic, random, rules or holdout.</summary>
    public string? Arm { get; init; }

    /// <summary>tick, api or event.</summary>
    public string? Trigger { get; init; }

    public string? DecidedAt { get; init; }

    /// <summary>The decision in words.</summary>
    public required IReadOnlyList<string> Sentences { get; init; }

    public JsonNode? Context { get; init; }

    public JsonNode? Reasons { get; init; }

    public required IReadOnlyList<ExplainSet> Sets { get; init; }

    /// <summary>Nearest messages of the catalogue.</summary>
    public JsonNode? Match { get; init; }

    public string? MessageId { get; init; }

    public string? Channel { get; init; }

    public double? Propensity { get; init; }

    public string? PropensityMethod { get; init; }

    public double? PropensityStdError { get; init; }

    public double? HoldPropensity { get; init; }

    public string? SendAt { get; init; }

    public string? SendAtLocal { get; init; }

    public string? ExpiresAt { get; init; }

    /// <summary>Every guardrail with what it met.</summary>
    public JsonNode? Guardrails { get; init; }

    /// <summary>Where the local time comes from.</summary>
    public JsonNode? TimeZone { get; init; }

    public JsonNode? Versions { get; init; }

    public required string RecordHash { get; init; }
}

/// <summary>One action set with every candidate that could be drawn.</summary>
public sealed record ExplainSet(string Id, string? Dimension, string? Chosen, IReadOnlyList<ExplainCandidate> Candidates);

/// <summary>One candidate: what was believed beforehand, what this user taught, what was drawn.</summary>
/// <param name="Action">Action.</param>
/// <param name="Prior">Beta: α, β. Normal–inverse-gamma: μ, κ, a, b.</param>
/// <param name="Posterior">The same after this user's evidence.</param>
/// <param name="PriorMean">Mean of the prior.</param>
/// <param name="OwnSuccesses">Successes of this user, after forgetting; Beta only.</param>
/// <param name="OwnFailures">Failures of this user, after forgetting; Beta only.</param>
/// <param name="Mean">Mean of the posterior.</param>
/// <param name="Low">5 % quantile of the posterior.</param>
/// <param name="High">95 % quantile of the posterior.</param>
/// <param name="Draw">Value drawn; null where this arm draws none.</param>
/// <param name="Propensity">Probability to be chosen.</param>
/// <param name="Chosen">Whether it was.</param>
public sealed record ExplainCandidate(
    string Action,
    IReadOnlyList<double> Prior,
    IReadOnlyList<double> Posterior,
    double PriorMean,
    double? OwnSuccesses,
    double? OwnFailures,
    double Mean,
    double Low,
    double High,
    double? Draw,
    double? Propensity,
    bool Chosen);
