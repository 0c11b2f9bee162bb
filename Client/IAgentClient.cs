namespace Aampe.Agents.Client;

/// <summary>
/// Everything a host app asks of the agents of its users. Each method honours its token before and during the call; cancelling stops
/// waiting, it does not undo what was recorded. Errors are <see cref="AgentClientException"/> and its kinds.
/// </summary>
public interface IAgentClient : IAsyncDisposable
{
    /// <summary>Programs, settings, dead letters, clock: what operators and marketers do.</summary>
    IAgentAdmin Admin { get; }

    /// <summary>Erase, suppress, release, access: what a privacy officer does.</summary>
    IPrivacyAdmin Privacy { get; }

    /// <summary>Limits, audiences and consent.</summary>
    IGuardrailAdmin Guardrails { get; }

    /// <summary>Programs on their way from draft to live, and their messages.</summary>
    IProgramDesk Programs { get; }

    /// <summary>Who may sign in, and the audit trail.</summary>
    IPeopleDesk People { get; }

    /// <summary>Channels that reach people, and keys.</summary>
    IChannelAdmin Channels { get; }

    /// <summary>What proves and explains: effects, content gaps, experiments, exports, simulations.</summary>
    IEvidence Evidence { get; }

    /// <summary>Sends one event; returns when it is durable.</summary>
    /// <exception cref="IngestRejectedException">The event was refused.</exception>
    ValueTask IngestAsync(UserEvent e, CancellationToken ct = default);

    /// <summary>Sends events and reports on each; returns when the accepted ones are durable. Events without a message id are given one, so a retry never counts twice.</summary>
    ValueTask<IngestReport> IngestAsync(IReadOnlyList<UserEvent> batch, IngestOptions? options = null, CancellationToken ct = default);

    /// <summary>Decides now, or returns the decision that is open already.</summary>
    ValueTask<NextMessage> NextMessageAsync(string userId, NextMessageRequest? request = null, CancellationToken ct = default);

    /// <summary>As <see cref="NextMessageAsync"/>, but a fault becomes a hold with reason <c>unavailable</c>. Throws only for the caller's own cancellation.</summary>
    ValueTask<NextMessage> NextMessageOrHoldAsync(string userId, NextMessageRequest? request = null, CancellationToken ct = default);

    /// <summary>Up to 1,000 users in one call; one answer or problem each, in order.</summary>
    ValueTask<IReadOnlyList<BulkNextMessage>> NextMessagesAsync(IReadOnlyList<BulkNextMessageRequest> requests, CancellationToken ct = default);

    /// <summary>Commits to a decision: from here on it counts as a treatment. Repeats return the first answer.</summary>
    ValueTask<ActivationResult> ActivateAsync(DecisionId id, CancellationToken ct = default);

    /// <summary>The host will not send: nothing is learned, the cap is given back.</summary>
    ValueTask CancelAsync(DecisionId id, string reason, CancellationToken ct = default);

    /// <summary>What became of a message: delivered, opened, clicked, dismissed, …</summary>
    ValueTask ReportAsync(DecisionId id, DeliveryEvent e, CancellationToken ct = default);

    /// <summary>The stored record of a decision: canonical JSON, byte for byte.</summary>
    ValueTask<DecisionRecord> DecisionAsync(DecisionId id, CancellationToken ct = default);

    /// <summary>Why a decision came out as it did, in sentences and numbers.</summary>
    ValueTask<Explanation> ExplainAsync(DecisionId id, CancellationToken ct = default);

    /// <summary>Recomputes a decision from its stored inputs.</summary>
    ValueTask<ReplayResult> ReplayAsync(DecisionId id, CancellationToken ct = default);

    /// <summary>The effect receipt; <see langword="null"/> when no decision has the id. Before it is final its state is <c>pending</c>.</summary>
    ValueTask<EffectReceipt?> EffectAsync(DecisionId id, CancellationToken ct = default);

    /// <summary>Notes a consent; a denial reaches open decisions at once.</summary>
    ValueTask<ConsentEntry> SetConsentAsync(string userId, ConsentChange change, CancellationToken ct = default);

    /// <summary>All consent statements of a user, newest first.</summary>
    ValueTask<IReadOnlyList<ConsentEntry>> ConsentAsync(string userId, CancellationToken ct = default);

    /// <summary>Summary of a user's agent; <see langword="null"/> when it has never seen an event.</summary>
    ValueTask<UserSummary?> UserAsync(string userId, CancellationToken ct = default);

    /// <summary>Events, decisions, deliveries and effects of a user, newest first.</summary>
    ValueTask<Page<TimelineEntry>> TimelineAsync(string userId, int limit = 50, string? after = null, CancellationToken ct = default);

    /// <summary>What the agent has learned: one row per program, context, action set and action.</summary>
    ValueTask<IReadOnlyList<PosteriorRow>> PosteriorsAsync(string userId, CancellationToken ct = default);
}
