using System.Text.Json;

namespace Aampe.Agents.Client.Http;

/// <summary>The admin part of the client over HTTP.</summary>
sealed class HttpAgentAdmin(HttpTransport transport) : HttpDesk(transport), IAgentAdmin
{
    public async ValueTask<IReadOnlyList<ProgramSummary>> ProgramsAsync(CancellationToken ct = default) =>
        (await GetAsync("v1/programs", WireJson.Default.PageProgramSummary, ct).ConfigureAwait(false)).Items;

    public async ValueTask<ProgramVersion?> ProgramAsync(string programId, long? version = null, CancellationToken ct = default)
    {
        var path = ProgramPath(programId, "") + Query.Of(("version", version is { } v ? Query.Number(v) : null));
        return await Transport.CallAsync(Call(HttpMethod.Get, path, Nothing) with { NullOn404 = true }, WireJson.Default.ProgramVersion, ct).ConfigureAwait(false);
    }

    public ValueTask<ProgramSummary> CreateProgramAsync(JsonElement document, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, "v1/programs", Bytes(document)) with { Repeatable = false }, WireJson.Default.ProgramSummary, ct);

    public ValueTask<ProgramSummary> PutProgramAsync(string programId, JsonElement document, long expectedVersion, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Put, ProgramPath(programId, ""), Bytes(document)) with { Repeatable = false, IfMatch = Tag(expectedVersion) }, WireJson.Default.ProgramSummary, ct);

    public ValueTask<ProgramSummary> TransitionAsync(string programId, string to, string reason, bool @override = false, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, ProgramPath(programId, "/transitions"), JsonSerializer.SerializeToUtf8Bytes(new TransitionBody(to, reason, @override), WireJson.Default.TransitionBody)) with { Repeatable = false }, WireJson.Default.ProgramSummary, ct);

    public ValueTask<EventWeightTable> WeightsAsync(string programId, CancellationToken ct = default) => GetAsync(ProgramPath(programId, "/weights"), WireJson.Default.EventWeightTable, ct);

    public ValueTask<WorkspaceVersion> WorkspaceAsync(CancellationToken ct = default) => GetAsync("v1/workspace", WireJson.Default.WorkspaceVersion, ct);

    public ValueTask<WorkspaceVersion> PutWorkspaceAsync(JsonElement document, long expectedVersion, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Put, "v1/workspace", Bytes(document)) with { Repeatable = false, IfMatch = Tag(expectedVersion) }, WireJson.Default.WorkspaceVersion, ct);

    public ValueTask<KillSwitchState> SetKillSwitchAsync(bool on, string reason, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, "v1/killswitch", JsonSerializer.SerializeToUtf8Bytes(new KillSwitchBody(on, reason), WireJson.Default.KillSwitchBody)), WireJson.Default.KillSwitchState, ct);

    public ValueTask<Page<DeadLetter>> DeadLettersAsync(string? source = null, string? reason = null, int limit = 50, string? after = null, CancellationToken ct = default) =>
        GetAsync("v1/dead-letters" + Query.Of(("source", source), ("reason", reason), ("limit", Query.Number(limit)), ("after", after)), WireJson.Default.PageDeadLetter, ct);

    public IAsyncEnumerable<ArrivedEvent> EventTailAsync(string? userId = null, string? source = null, int recent = 50, CancellationToken ct = default) =>
        Transport.StreamAsync("v1/events/tail" + Query.Of(("userId", userId), ("source", source), ("recent", Query.Number(recent))), WireJson.Default.ArrivedEvent, ct);

    public async ValueTask ReplayDeadLetterAsync(string id, JsonElement? corrected = null, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var call = Call(HttpMethod.Post, $"v1/dead-letters/{Uri.EscapeDataString(id)}/replay", corrected is { } body ? Bytes(body) : Nothing) with { Repeatable = false };
        try
        {
            await Transport.CallAsync(call, ct).ConfigureAwait(false);
        }
        catch (AgentValidationException refused) when (refused.Problem.Status == 422)
        {
            throw new IngestRejectedException(new RejectedEvent(0, null, refused.Errors is [{ Code: { } reason }, ..] ? reason : refused.Code, refused.Problem.Detail));
        }
    }

    public ValueTask<Page<SandboxEntry>> SandboxAsync(string? userId = null, int limit = 50, string? after = null, CancellationToken ct = default) =>
        GetAsync("v1/sandbox" + Query.Of(("userId", userId), ("limit", Query.Number(limit)), ("after", after)), WireJson.Default.PageSandboxEntry, ct);

    public ValueTask<Page<RecentDecision>> DecisionsAsync(int limit = 50, string? after = null, CancellationToken ct = default) =>
        GetAsync("v1/decisions" + Query.Of(("limit", Query.Number(limit)), ("after", after)), WireJson.Default.PageRecentDecision, ct);

    public ValueTask<Overview> OverviewAsync(CancellationToken ct = default) => GetAsync("v1/overview", WireJson.Default.Overview, ct);

    public ValueTask<Page<FoundUser>> FindUsersAsync(string prefix, int limit = 50, string? after = null, CancellationToken ct = default) =>
        GetAsync("v1/users" + Query.Of(("prefix", prefix), ("limit", Query.Number(limit)), ("after", after)), WireJson.Default.PageFoundUser, ct);

    public ValueTask<ClockState> ClockAsync(CancellationToken ct = default) => GetAsync("v1/clock", WireJson.Default.ClockState, ct);

    public ValueTask<ClockMove> SetClockAsync(DateTimeOffset now, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, "v1/clock", JsonSerializer.SerializeToUtf8Bytes(new ClockBody(now), WireJson.Default.ClockBody)) with { Limit = null }, WireJson.Default.ClockMove, ct);

    public ValueTask<ServerVersion> VersionAsync(CancellationToken ct = default) => GetAsync("v1/version", WireJson.Default.ServerVersion, ct);

    static string ProgramPath(string programId, string rest)
    {
        ArgumentException.ThrowIfNullOrEmpty(programId);
        return $"v1/programs/{Uri.EscapeDataString(programId)}{rest}";
    }
}
