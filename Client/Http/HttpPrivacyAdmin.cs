using System.Text.Json;

namespace Aampe.Agents.Client.Http;

/// <summary>A request about people on the wire.</summary>
sealed record RegulationBody(string Kind, IReadOnlyList<string> UserIds, string Reason);

/// <summary>The privacy part of the client over HTTP.</summary>
sealed class HttpPrivacyAdmin(HttpTransport transport) : HttpDesk(transport), IPrivacyAdmin
{
    public async ValueTask<PrivacyReceipt> BeginAsync(string kind, IReadOnlyList<string> userIds, string reason, CancellationToken ct = default)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new RegulationBody(kind, userIds, reason), WireJson.Default.RegulationBody);
        return (await Transport.CallAsync(Call(HttpMethod.Post, "v1/privacy/regulations", body) with { Repeatable = false }, WireJson.Default.PrivacyReceipt, ct).ConfigureAwait(false))!;
    }

    public async ValueTask<Page<PrivacyRequest>> RequestsAsync(string? userId = null, int limit = 50, string? after = null, CancellationToken ct = default) =>
        (await Transport.CallAsync(
            Call(HttpMethod.Get, "v1/privacy/regulations" + Query.Of(("userId", userId), ("limit", Query.Number(limit)), ("after", after)), []), WireJson.Default.PagePrivacyRequest, ct).ConfigureAwait(false))!;

    public ValueTask<PrivacyReceipt?> ReceiptAsync(string id, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Transport.CallAsync(Call(HttpMethod.Get, $"v1/privacy/regulations/{Uri.EscapeDataString(id)}", []) with { NullOn404 = true }, WireJson.Default.PrivacyReceipt, ct);
    }

    public async ValueTask<IReadOnlyList<RetentionRow>> RetentionAsync(CancellationToken ct = default) =>
        (await Transport.CallAsync(Call(HttpMethod.Get, "v1/privacy/retention", []), WireJson.Default.PageRetentionRow, ct).ConfigureAwait(false))!.Items;

    public ValueTask ExportAsync(string userId, Stream into, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return Transport.DownloadAsync($"v1/users/{Uri.EscapeDataString(userId)}/export", into, ct);
    }

    public async ValueTask<ObjectionState> ObjectAsync(string userId, bool withdrawn = false, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        var call = Call(withdrawn ? HttpMethod.Delete : HttpMethod.Post, $"v1/users/{Uri.EscapeDataString(userId)}/object", []);
        return (await Transport.CallAsync(call, WireJson.Default.ObjectionState, ct).ConfigureAwait(false))!;
    }
}
