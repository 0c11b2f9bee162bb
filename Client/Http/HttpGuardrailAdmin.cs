using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aampe.Agents.Client.Http;

/// <summary>Limits, audiences and consent over HTTP.</summary>
sealed class HttpGuardrailAdmin(HttpTransport transport) : HttpDesk(transport), IGuardrailAdmin
{
    public ValueTask<EffectiveGuardrails> EffectiveAsync(string? programId = null, string? userId = null, string? channel = null, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Get, "v1/guardrails/effective" + Query.Of(("programId", programId), ("userId", userId), ("channel", channel)), Nothing), GuardrailJson.Default.EffectiveGuardrails, ct);

    public ValueTask<BudgetsNow> BudgetsAsync(string? programId = null, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Get, "v1/guardrails/budgets" + Query.Of(("programId", programId)), Nothing), GuardrailJson.Default.BudgetsNow, ct);

    public ValueTask<WorkspaceVersion> MoveSettingsAsync(string to, string reason, long expectedVersion, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, "v1/workspace/transitions", JsonSerializer.SerializeToUtf8Bytes(new SettingsMove(to, reason), GuardrailJson.Default.SettingsMove)) with { Repeatable = false, IfMatch = Tag(expectedVersion) }, GuardrailJson.Default.WorkspaceVersion, ct);

    public ValueTask<UserLimits> TestAsync(GuardrailTest test, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, "v1/guardrails/test", JsonSerializer.SerializeToUtf8Bytes(test, GuardrailJson.Default.GuardrailTest)), GuardrailJson.Default.UserLimits, ct);

    public async ValueTask<IReadOnlyList<Audience>> AudiencesAsync(CancellationToken ct = default) =>
        (await Required(Call(HttpMethod.Get, "v1/audiences", Nothing), GuardrailJson.Default.PageAudience, ct).ConfigureAwait(false)).Items;

    public ValueTask<AudienceSize> EstimateAsync(string text, CancellationToken ct = default) => EstimateAsync(new RuleBody(null, text), ct);

    public ValueTask<AudienceSize> EstimateAsync(JsonElement rule, CancellationToken ct = default) => EstimateAsync(new RuleBody(rule, null), ct);

    public ValueTask<ConsentOverview> ConsentAsync(CancellationToken ct = default) => Required(Call(HttpMethod.Get, "v1/consent/summary", Nothing), GuardrailJson.Default.ConsentOverview, ct);

    public ValueTask<ConsentImport> ImportConsentAsync(string csv, bool apply, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(csv);
        // Rows without a time are of now: a second try would state them a second time.
        return Required(Call(HttpMethod.Post, "v1/consent/import" + Query.Of(("apply", apply ? "true" : null)), Encoding.UTF8.GetBytes(csv)) with { ContentType = "text/csv", Repeatable = !apply, Limit = null }, GuardrailJson.Default.ConsentImport, ct);
    }

    ValueTask<AudienceSize> EstimateAsync(RuleBody body, CancellationToken ct) =>
        Required(Call(HttpMethod.Post, "v1/audiences/estimate", JsonSerializer.SerializeToUtf8Bytes(body, GuardrailJson.Default.RuleBody)), GuardrailJson.Default.AudienceSize, ct);
}

sealed record RuleBody(JsonElement? Rule, string? Text);

sealed record SettingsMove(string To, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EffectiveGuardrails))]
[JsonSerializable(typeof(BudgetsNow))]
[JsonSerializable(typeof(GuardrailTest))]
[JsonSerializable(typeof(UserLimits))]
[JsonSerializable(typeof(SettingsMove))]
[JsonSerializable(typeof(WorkspaceVersion))]
[JsonSerializable(typeof(Page<Audience>))]
[JsonSerializable(typeof(RuleBody))]
[JsonSerializable(typeof(AudienceSize))]
[JsonSerializable(typeof(ConsentOverview))]
[JsonSerializable(typeof(ConsentImport))]
sealed partial class GuardrailJson : JsonSerializerContext;
