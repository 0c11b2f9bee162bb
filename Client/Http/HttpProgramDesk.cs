using System.Text.Json;

namespace Aampe.Agents.Client.Http;

/// <summary>Programs and their messages over HTTP.</summary>
sealed class HttpProgramDesk(HttpTransport transport) : HttpDesk(transport), IProgramDesk
{
    public async ValueTask<IReadOnlyList<ProgramSummary>> ListAsync(CancellationToken ct = default) =>
        (await Required(Call(HttpMethod.Get, "v1/programs", Nothing), WireJson.Default.PageProgramSummary, ct).ConfigureAwait(false)).Items;

    public ValueTask<ProgramVersion?> GetAsync(string programId, bool live = false, CancellationToken ct = default) =>
        Transport.CallAsync(Call(HttpMethod.Get, Path(programId, "") + (live ? "?state=live" : ""), Nothing) with { NullOn404 = true }, WireJson.Default.ProgramVersion, ct);

    public ValueTask<ProgramVersion?> OutlineAsync(string programId, CancellationToken ct = default) =>
        Transport.CallAsync(Call(HttpMethod.Get, Path(programId, "?outline=true"), Nothing) with { NullOn404 = true }, WireJson.Default.ProgramVersion, ct);

    public ValueTask<ProgramDifference> TryAsync(string programId, JsonElement document, long expectedVersion, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Put, Path(programId, "?dryRun=true"), Bytes(document)) with { IfMatch = Tag(expectedVersion) }, WireJson.Default.ProgramDifference, ct);

    public ValueTask<ProgramSummary> MoveAsync(string programId, string to, string reason, bool @override = false, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, Path(programId, "/transitions"), JsonSerializer.SerializeToUtf8Bytes(new TransitionBody(to, reason, @override), WireJson.Default.TransitionBody)) with { Repeatable = false }, WireJson.Default.ProgramSummary, ct);

    public async ValueTask DiscardAsync(string programId, long expectedVersion, CancellationToken ct = default) =>
        await Transport.CallAsync(Call(HttpMethod.Delete, Path(programId, "/draft"), Nothing) with { Repeatable = false, IfMatch = Tag(expectedVersion) }, ct).ConfigureAwait(false);

    public ValueTask<ProgramSummary> RemarkAsync(string programId, string text, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, Path(programId, "/remarks"), JsonSerializer.SerializeToUtf8Bytes(new RemarkBody(text), WireJson.Default.RemarkBody)) with { Repeatable = false }, WireJson.Default.ProgramSummary, ct);

    public ValueTask<ProgramDifference> DifferenceAsync(string programId, string? from = null, string? to = null, int? limit = null, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Get, Path(programId, "/diff") + Query.Of(("from", from), ("to", to), ("limit", limit is { } most ? Query.Number(most) : null)), Nothing), WireJson.Default.ProgramDifference, ct);

    public ValueTask<ProgramSets?> SetsAsync(string programId, CancellationToken ct = default) =>
        Transport.CallAsync(Call(HttpMethod.Get, Path(programId, "/sets"), Nothing) with { NullOn404 = true }, WireJson.Default.ProgramSets, ct);

    public ValueTask<ProgramSets> PutSetsAsync(string programId, JsonElement sets, long expectedVersion, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Put, Path(programId, "/sets"), Bytes(sets)) with { Repeatable = false, IfMatch = Tag(expectedVersion) }, WireJson.Default.ProgramSets, ct);

    public ValueTask<Page<CatalogueItem>> MessagesAsync(string programId, CatalogueFilter? filter = null, int limit = 50, string? after = null, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Get, Path(programId, "/messages") + Query.Of(
            ("q", filter?.Q), ("channel", filter?.Channel), ("locale", filter?.Locale), ("label", filter?.Label), ("change", filter?.Change), ("limit", Query.Number(limit)), ("after", after)), Nothing),
            WireJson.Default.PageCatalogueItem, ct);

    public ValueTask<CatalogueMessage?> MessageAsync(string programId, string messageId, CancellationToken ct = default) =>
        Transport.CallAsync(Call(HttpMethod.Get, Message(programId, messageId), Nothing) with { NullOn404 = true }, WireJson.Default.CatalogueMessage, ct);

    public ValueTask<CatalogueMessage> PutMessageAsync(string programId, JsonElement message, long expectedVersion, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Put, Message(programId, message.GetProperty("id").GetString()!), Bytes(message)) with { Repeatable = false, IfMatch = Tag(expectedVersion) }, WireJson.Default.CatalogueMessage, ct);

    public ValueTask<ProgramSummary> RemoveMessageAsync(string programId, string messageId, long expectedVersion, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Delete, Message(programId, messageId), Nothing) with { Repeatable = false, IfMatch = Tag(expectedVersion) }, WireJson.Default.ProgramSummary, ct);

    public ValueTask<CopyPreview> PreviewAsync(string programId, PreviewRequest request, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, Path(programId, "/messages/preview"), JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Default.PreviewRequest)), WireJson.Default.CopyPreview, ct);

    public async ValueTask<byte[]> ExportAsync(string programId, CancellationToken ct = default) =>
        (await Transport.CallAsync(Call(HttpMethod.Get, Path(programId, "/messages/export"), Nothing), ct).ConfigureAwait(false))!.Body;

    public ValueTask<CatalogueImport> ImportAsync(string programId, byte[] csv, bool apply, long expectedVersion, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, Path(programId, "/messages/import" + (apply ? "?apply=true" : "")), csv) with { Repeatable = false, IfMatch = Tag(expectedVersion), ContentType = "text/csv" }, WireJson.Default.CatalogueImport, ct);

    static string Message(string programId, string messageId)
    {
        ArgumentException.ThrowIfNullOrEmpty(messageId);
        return Path(programId, $"/messages/{Uri.EscapeDataString(messageId)}");
    }

    static string Path(string programId, string rest)
    {
        ArgumentException.ThrowIfNullOrEmpty(programId);
        return $"v1/programs/{Uri.EscapeDataString(programId)}{rest}";
    }
}
