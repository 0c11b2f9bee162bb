using System.Text.Json;

namespace Aampe.Agents.Client.Http;

/// <summary>People and the audit trail over HTTP.</summary>
sealed class HttpPeopleDesk(HttpTransport transport) : HttpDesk(transport), IPeopleDesk
{
    public ValueTask<PersonSummary> MeAsync(CancellationToken ct = default) => Required(Call(HttpMethod.Get, "v1/me", Nothing), WireJson.Default.PersonSummary, ct);

    public async ValueTask<IReadOnlyList<PersonSummary>> ListAsync(CancellationToken ct = default) =>
        (await Required(Call(HttpMethod.Get, "v1/people", Nothing), WireJson.Default.PagePersonSummary, ct).ConfigureAwait(false)).Items;

    public ValueTask<PersonSummary> AddAsync(NewPerson person, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, "v1/people", JsonSerializer.SerializeToUtf8Bytes(person, WireJson.Default.NewPerson)) with { Repeatable = false }, WireJson.Default.PersonSummary, ct);

    public ValueTask<PersonSummary> ChangeAsync(string id, PersonChange change, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Put, Path(id), JsonSerializer.SerializeToUtf8Bytes(change, WireJson.Default.PersonChange)) with { Repeatable = false }, WireJson.Default.PersonSummary, ct);

    public ValueTask<PersonSummary> ResetPasswordAsync(string id, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, Path(id) + "/password", Nothing) with { Repeatable = false }, WireJson.Default.PersonSummary, ct);

    public async ValueTask ChangeOwnPasswordAsync(string current, string @new, CancellationToken ct = default) =>
        await Transport.CallAsync(Call(HttpMethod.Post, "v1/me/password", JsonSerializer.SerializeToUtf8Bytes(new PasswordBody(current, @new), WireJson.Default.PasswordBody)) with { Repeatable = false }, ct).ConfigureAwait(false);

    public ValueTask<Page<AuditRecord>> AuditAsync(string? actor = null, string? kind = null, string? subject = null, int limit = 50, string? after = null, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Get, "v1/audit" + Query.Of(("actor", actor), ("kind", kind), ("object", subject), ("limit", Query.Number(limit)), ("after", after)), Nothing), WireJson.Default.PageAuditRecord, ct);

    public async ValueTask ExportAuditAsync(Stream to, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        var trail = await Transport.CallAsync(Call(HttpMethod.Get, "v1/audit/export", Nothing) with { Limit = null }, ct).ConfigureAwait(false);
        await to.WriteAsync(trail!.Body, ct).ConfigureAwait(false);
    }

    public ValueTask<AuditCheck> VerifyAuditAsync(CancellationToken ct = default) => Required(Call(HttpMethod.Get, "v1/audit/verify", Nothing), WireJson.Default.AuditCheck, ct);

    static string Path(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"v1/people/{Uri.EscapeDataString(id)}";
    }
}
