using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>A question for the next message of a user.</summary>
public sealed record NextMessageRequest
{
    /// <summary>One channel only.</summary>
    public string? Channel { get; init; }

    /// <summary>These channels only.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>One program only.</summary>
    public string? ProgramId { get; init; }

    /// <summary>Where the card goes, for in-app.</summary>
    public string? Placement { get; init; }

    /// <summary>Event that caused the question.</summary>
    public string? Trigger { get; init; }

    /// <summary>Context values that the program declares.</summary>
    public JsonElement? Context { get; init; }

    /// <summary>Decide and activate in one step.</summary>
    public bool? Activate { get; init; }

    /// <summary>Compute only: no record, no counters, no learning.</summary>
    public bool? DryRun { get; init; }

    /// <summary>Server-side limit in milliseconds, up to 5,000.</summary>
    public int? MaxWaitMs { get; init; }

    /// <summary>Same key and question give the same answer for 24 h; the client makes one when absent.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? IdempotencyKey { get; init; }
}

/// <summary>One question of a bulk call.</summary>
/// <param name="UserId">Whose next message.</param>
/// <param name="Request">The question; <see langword="null"/> = no restriction.</param>
public sealed record BulkNextMessageRequest(string UserId, NextMessageRequest? Request = null);

/// <summary>One answer of a bulk call: a message, or what went wrong with this user.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Message">The answer; <see langword="null"/> when <paramref name="Problem"/> is set.</param>
/// <param name="Problem">The problem of this one.</param>
public sealed record BulkNextMessage(string UserId, NextMessage? Message, AgentProblem? Problem);

/// <summary>The answer to a question for the next message: speak or stay silent. Both are normal.</summary>
public abstract record NextMessage
{
    /// <summary>Id of the decision; <see langword="null"/> on a dry run.</summary>
    public DecisionId? DecisionId { get; init; }

    /// <summary>Whose decision.</summary>
    public required string UserId { get; init; }

    /// <summary>Program that decided; <see langword="null"/> when none applies.</summary>
    public string? ProgramId { get; init; }

    /// <summary>agentic, random, rules or holdout.</summary>
    public string? Arm { get; init; }

    /// <summary>Choice of each action set.</summary>
    public IReadOnlyList<SetChoice> Sets { get; init; } = [];

    /// <summary>Probability with which a hold was chosen.</summary>
    public double? HoldPropensity { get; init; }

    /// <summary>Versions that the decision used.</summary>
    public DecisionVersions Versions { get; init; } = new(null, null, null, null, null);

    /// <summary>SHA-256 of the stored record.</summary>
    public string? RecordHash { get; init; }

    /// <summary>Where it is explained.</summary>
    public Uri? ExplainUrl { get; init; }

    /// <summary>The decision was open already, or the idempotency key was used before.</summary>
    public bool Replayed { get; init; }

    /// <summary>The silo could not decide in time or in full.</summary>
    public bool Degraded { get; init; }

    /// <summary>Speak.</summary>
    public sealed record Send : NextMessage
    {
        /// <summary>The message with its copy.</summary>
        public required MessageContent Message { get; init; }

        /// <summary>push, email, sms, whatsapp or in_app.</summary>
        public required string Channel { get; init; }

        /// <summary>Probability with which this message was chosen, given that one is sent.</summary>
        public required double Propensity { get; init; }

        /// <summary>How the propensity was computed: exact or montecarlo.</summary>
        public required string PropensityMethod { get; init; }

        /// <summary>When to send.</summary>
        public required DateTimeOffset SendAt { get; init; }

        /// <summary>The same on the user's wall clock.</summary>
        public DateTimeOffset? SendAtLocal { get; init; }

        /// <summary>When it can no longer be activated.</summary>
        public required DateTimeOffset ExpiresAt { get; init; }

        /// <summary>required, done or held.</summary>
        public string Activation { get; init; } = "required";
    }

    /// <summary>Stay silent.</summary>
    public sealed record Hold : NextMessage
    {
        /// <summary>Why.</summary>
        public required IReadOnlyList<HoldReason> Reasons { get; init; }
    }
}

/// <summary>Why a decision is a hold.</summary>
/// <param name="Code">agent_rest, cap_channel, quiet_hours, no_consent, …</param>
/// <param name="GuardrailId">Guardrail that stood in the way.</param>
/// <param name="Value">Value that was met.</param>
/// <param name="Limit">Its limit.</param>
/// <param name="RetryAfter">When asking again may help.</param>
public sealed record HoldReason(string Code, string? GuardrailId = null, JsonElement? Value = null, JsonElement? Limit = null, DateTimeOffset? RetryAfter = null);

/// <summary>Choice of one action set.</summary>
/// <param name="Id">Action set.</param>
/// <param name="Chosen">Action; <see langword="null"/> when the set was not reached.</param>
/// <param name="Propensity">Probability it had.</param>
public sealed record SetChoice(string Id, string? Chosen, double? Propensity);

/// <summary>Versions that a decision used.</summary>
public sealed record DecisionVersions(long? Program, long? Settings, long? Weights, long? Cohort, DateTimeOffset? CohortAsOf);

/// <summary>A message with its copy.</summary>
public sealed record MessageContent
{
    /// <summary>Message of the catalogue.</summary>
    public required string Id { get; init; }

    /// <summary>Version of its program.</summary>
    public long Version { get; init; }

    /// <summary>Locale served.</summary>
    public string? Locale { get; init; }

    /// <summary>Action per content set.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Rendered fields: title, body, url, …</summary>
    public JsonElement Content { get; init; }

    /// <summary>Variables that took their default.</summary>
    public IReadOnlyList<string> Defaulted { get; init; } = [];

    /// <summary>A rendered field of text, or <see langword="null"/>.</summary>
    public string? Text(string field) =>
        Content.ValueKind == JsonValueKind.Object && Content.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
