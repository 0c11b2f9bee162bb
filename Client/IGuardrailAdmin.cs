using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>Limits, audiences and consent as marketers and privacy officers see them. What is changed is changed in the workspace's settings (<see cref="IAgentAdmin.PutWorkspaceAsync"/>).</summary>
public interface IGuardrailAdmin
{
    /// <summary>What all limits together come to.</summary>
    /// <param name="programId">Adds a program's own; null = the workspace's alone.</param>
    /// <param name="userId">Adds what is used and left for a user; needs the right to read one person.</param>
    /// <param name="channel">Channel of the calendar, and whose limits are told; null = all, calendar of push.</param>
    /// <exception cref="AgentNotFoundException">No such program.</exception>
    ValueTask<EffectiveGuardrails> EffectiveAsync(string? programId = null, string? userId = null, string? channel = null, CancellationToken ct = default);

    /// <summary>What is spent and left of every budget.</summary>
    /// <param name="programId">The workspace's and that program's alone; null = all.</param>
    /// <exception cref="AgentNotFoundException">No such program.</exception>
    ValueTask<BudgetsNow> BudgetsAsync(string? programId = null, CancellationToken ct = default);

    /// <summary>Approves the change of the settings that waits (<c>live</c>), or sends or takes it back (<c>draft</c>).</summary>
    /// <exception cref="AgentConflictException">None waits, or it was changed since.</exception>
    ValueTask<WorkspaceVersion> MoveSettingsAsync(string to, string reason, long expectedVersion, CancellationToken ct = default);

    /// <summary>Would a message pass? Nothing is stored.</summary>
    ValueTask<UserLimits> TestAsync(GuardrailTest test, CancellationToken ct = default);

    /// <summary>Named audiences of the workspace.</summary>
    ValueTask<IReadOnlyList<Audience>> AudiencesAsync(CancellationToken ct = default);

    /// <summary>How many users a rule in words holds for.</summary>
    /// <exception cref="AgentValidationException">It is no rule, or names what there is not.</exception>
    ValueTask<AudienceSize> EstimateAsync(string text, CancellationToken ct = default);

    /// <summary>How many users a rule as JSON holds for.</summary>
    /// <exception cref="AgentValidationException">It is no rule, or names what there is not.</exception>
    ValueTask<AudienceSize> EstimateAsync(JsonElement rule, CancellationToken ct = default);

    /// <summary>Consent by channel and purpose, over a sample.</summary>
    ValueTask<ConsentOverview> ConsentAsync(CancellationToken ct = default);

    /// <summary>Looks a CSV file of consent through, and takes it down when asked to and every row is sound.</summary>
    /// <exception cref="AgentValidationException">It was to be applied and a row is not sound.</exception>
    ValueTask<ConsentImport> ImportConsentAsync(string csv, bool apply, CancellationToken ct = default);
}
