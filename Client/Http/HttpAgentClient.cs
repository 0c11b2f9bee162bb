using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aampe.Agents.Client.Http;

/// <summary>The client over HTTP.</summary>
sealed class HttpAgentClient(HttpTransport transport) : IAgentClient
{
    const int EventsPerCall = 1_000, QuestionsPerCall = 1_000;
    static readonly byte[] Nothing = [];

    public IAgentAdmin Admin { get; } = new HttpAgentAdmin(transport);

    public IPrivacyAdmin Privacy { get; } = new HttpPrivacyAdmin(transport);

    public IGuardrailAdmin Guardrails { get; } = new HttpGuardrailAdmin(transport);

    public IProgramDesk Programs { get; } = new HttpProgramDesk(transport);

    public IPeopleDesk People { get; } = new HttpPeopleDesk(transport);

    public IChannelAdmin Channels { get; } = new HttpChannelAdmin(transport);

    public IEvidence Evidence { get; } = new HttpEvidence(transport);

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    public async ValueTask IngestAsync(UserEvent e, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(e);
        var report = await IngestAsync([e], null, ct).ConfigureAwait(false);
        if (report.Rejected is [var rejected, ..])
        {
            throw new IngestRejectedException(rejected);
        }
    }

    public async ValueTask<IngestReport> IngestAsync(IReadOnlyList<UserEvent> batch, IngestOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var named = batch.Select(e => e.MessageId is { Length: > 0 } ? e : e with { MessageId = NewKey() }).ToArray();
        if (options is { Atomic: true } && named.Length > EventsPerCall)
        {
            throw new ArgumentException($"An atomic batch has at most {EventsPerCall} events; this one has {named.Length}.", nameof(batch));
        }

        var query = options switch
        {
            { Atomic: true, WaitApplied: true } => "?atomic=true&wait=applied",
            { Atomic: true } => "?atomic=true",
            { WaitApplied: true } => "?wait=applied",
            _ => "",
        };
        var total = new IngestReport(0, 0, []);
        for (var from = 0; from < named.Length; from += EventsPerCall)
        {
            var part = new ArraySegment<UserEvent>(named, from, Math.Min(EventsPerCall, named.Length - from));
            var body = JsonSerializer.SerializeToUtf8Bytes(part, WireJson.Default.IReadOnlyListUserEvent);
            var reply = await PostAsync("v1/events" + query, body, WireJson.Default.IngestReply, ct).ConfigureAwait(false);
            var start = from;
            var rejected = (reply.Rejected ?? []).Select(r => r with { Index = r.Index + start });
            total = new IngestReport(total.Accepted + reply.Accepted, total.Duplicates + reply.Duplicates, [.. total.Rejected, .. rejected], total.Pending + (reply.Pending ?? 0));
        }

        return total;
    }

    public async ValueTask<NextMessage> NextMessageAsync(string userId, NextMessageRequest? request = null, CancellationToken ct = default)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request ?? new NextMessageRequest(), WireJson.Default.NextMessageRequest);
        // A dry run records nothing, so there is nothing that a key could give back.
        var key = request?.IdempotencyKey ?? (request?.DryRun == true ? null : NewKey());
        var call = new WireCall(HttpMethod.Post, UserPath(userId, "/next"), body, transport.Options.Timeout, IdempotencyKey: key);
        return (await Required(call, WireJson.Default.NextReply, ct).ConfigureAwait(false)).ToMessage();
    }

    public async ValueTask<NextMessage> NextMessageOrHoldAsync(string userId, NextMessageRequest? request = null, CancellationToken ct = default)
    {
        try
        {
            return await NextMessageAsync(userId, request, ct).ConfigureAwait(false);
        }
        catch (AgentClientException fault)
        {
            return new NextMessage.Hold { UserId = userId, Reasons = [new HoldReason("unavailable", fault.Code)], Degraded = true };
        }
    }

    public async ValueTask<IReadOnlyList<BulkNextMessage>> NextMessagesAsync(IReadOnlyList<BulkNextMessageRequest> requests, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(requests.Count, QuestionsPerCall);
        if (requests.Count == 0)
        {
            return [];
        }

        var questions = new BulkQuestions([.. requests.Select(Question)]);
        var body = JsonSerializer.SerializeToUtf8Bytes(questions, WireJson.Default.BulkQuestions);
        var replies = await PostAsync("v1/next", body, WireJson.Default.BulkReplies, ct).ConfigureAwait(false);
        return replies.Results.Count == requests.Count
            ? [.. replies.Results.Select((reply, i) => Answer(requests[i].UserId, reply))]
            : throw new AgentClientException(new AgentProblem(200, "unreadable_answer", "Unreadable answer", $"{requests.Count} questions had {replies.Results.Count} answers."));
    }

    public ValueTask<ActivationResult> ActivateAsync(DecisionId id, CancellationToken ct = default) =>
        PostAsync(DecisionPath(id, "/activate"), JsonSerializer.SerializeToUtf8Bytes(new ActivateBody(null), WireJson.Default.ActivateBody), WireJson.Default.ActivationResult, ct);

    public async ValueTask CancelAsync(DecisionId id, string reason, CancellationToken ct = default) =>
        await SendAsync(HttpMethod.Post, DecisionPath(id, "/cancel"), JsonSerializer.SerializeToUtf8Bytes(new CancelBody(reason), WireJson.Default.CancelBody), ct).ConfigureAwait(false);

    public async ValueTask ReportAsync(DecisionId id, DeliveryEvent e, CancellationToken ct = default) =>
        await SendAsync(HttpMethod.Post, DecisionPath(id, "/events"), JsonSerializer.SerializeToUtf8Bytes([e], WireJson.Default.IReadOnlyListDeliveryEvent), ct).ConfigureAwait(false);

    public async ValueTask<DecisionRecord> DecisionAsync(DecisionId id, CancellationToken ct = default)
    {
        var call = new WireCall(HttpMethod.Get, DecisionPath(id, ""), Nothing, transport.Options.CallTimeout);
        var answer = (await transport.CallAsync(call, ct).ConfigureAwait(false))!;
        return new DecisionRecord(answer.Body, (answer.ETag ?? "").Trim('"'));
    }

    public ValueTask<Explanation> ExplainAsync(DecisionId id, CancellationToken ct = default) => GetAsync(DecisionPath(id, "/explain"), WireJson.Default.Explanation, ct);

    public ValueTask<ReplayResult> ReplayAsync(DecisionId id, CancellationToken ct = default) => PostAsync(DecisionPath(id, "/replay"), Nothing, WireJson.Default.ReplayResult, ct);

    public ValueTask<EffectReceipt?> EffectAsync(DecisionId id, CancellationToken ct = default) => FindAsync(DecisionPath(id, "/effect"), WireJson.Default.EffectReceipt, ct);

    public async ValueTask<ConsentEntry> SetConsentAsync(string userId, ConsentChange change, CancellationToken ct = default)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(change, WireJson.Default.ConsentChange);
        var call = new WireCall(HttpMethod.Put, UserPath(userId, "/consent"), body, transport.Options.CallTimeout);
        return await Required(call, WireJson.Default.ConsentEntry, ct).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<ConsentEntry>> ConsentAsync(string userId, CancellationToken ct = default) =>
        (await GetAsync(UserPath(userId, "/consent"), WireJson.Default.PageConsentEntry, ct).ConfigureAwait(false)).Items;

    public ValueTask<UserSummary?> UserAsync(string userId, CancellationToken ct = default) => FindAsync(UserPath(userId, ""), WireJson.Default.UserSummary, ct);

    public ValueTask<Page<TimelineEntry>> TimelineAsync(string userId, int limit = 50, string? after = null, CancellationToken ct = default) =>
        GetAsync(UserPath(userId, "/timeline") + Query.Of(("limit", Query.Number(limit)), ("after", after)), WireJson.Default.PageTimelineEntry, ct);

    public async ValueTask<IReadOnlyList<PosteriorRow>> PosteriorsAsync(string userId, CancellationToken ct = default) =>
        (await GetAsync(UserPath(userId, "/posteriors"), WireJson.Default.PagePosteriorRow, ct).ConfigureAwait(false)).Items;

    static BulkQuestion Question(BulkNextMessageRequest one) => new()
    {
        UserId = one.UserId,
        Channel = one.Request?.Channel,
        Channels = one.Request?.Channels,
        ProgramId = one.Request?.ProgramId,
        Placement = one.Request?.Placement,
        Trigger = one.Request?.Trigger,
        Context = one.Request?.Context,
        Activate = one.Request?.Activate,
        DryRun = one.Request?.DryRun,
        MaxWaitMs = one.Request?.MaxWaitMs,
        IdempotencyKey = one.Request?.IdempotencyKey ?? (one.Request?.DryRun == true ? null : NewKey()),
    };

    static BulkNextMessage Answer(string userId, NextReply reply) => reply.Verdict is null
        ? new(userId, null, new AgentProblem(reply.Status ?? 500, reply.Code ?? "unknown", reply.Title, reply.Detail, reply.TraceId, reply.Errors))
        : new(userId, reply.ToMessage(), null);

    static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    static string UserPath(string userId, string rest)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return $"v1/users/{Uri.EscapeDataString(userId)}{rest}";
    }

    static string DecisionPath(DecisionId id, string rest)
    {
        ArgumentException.ThrowIfNullOrEmpty(id.Value, nameof(id));
        return $"v1/decisions/{Uri.EscapeDataString(id.Value)}{rest}";
    }

    ValueTask<WireAnswer?> SendAsync(HttpMethod method, string path, byte[] body, CancellationToken ct) =>
        transport.CallAsync(new WireCall(method, path, body, transport.Options.CallTimeout), ct);

    ValueTask<T> PostAsync<T>(string path, byte[] body, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class => Required(new WireCall(HttpMethod.Post, path, body, transport.Options.CallTimeout), type, ct);

    ValueTask<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class => Required(new WireCall(HttpMethod.Get, path, Nothing, transport.Options.CallTimeout), type, ct);

    ValueTask<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class => transport.CallAsync(new WireCall(HttpMethod.Get, path, Nothing, transport.Options.CallTimeout, NullOn404: true), type, ct);

    async ValueTask<T> Required<T>(WireCall call, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class => (await transport.CallAsync(call, type, ct).ConfigureAwait(false))!;
}
