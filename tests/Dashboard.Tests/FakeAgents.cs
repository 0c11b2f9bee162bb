using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Tests;

/// <summary>A silo of a few written-down facts, spoken to through the client's own interface.</summary>
sealed class FakeAgents : IAgentClient, IAgentAdmin
{
    public Overview Now { get; set; } = Some.Overview;

    public List<DeadLetter> Letters { get; } = [.. Some.Letters];

    /// <summary>What <see cref="OverviewAsync"/> fails with.</summary>
    public AgentProblem? Broken { get; set; }

    public List<(string Id, JsonElement? Body)> Replayed { get; } = [];

    /// <summary>Events that come in while somebody watches.</summary>
    public Channel<ArrivedEvent> Arriving { get; } = Channel.CreateUnbounded<ArrivedEvent>();

    public bool ReplaysDiffer { get; set; }

    public IAgentAdmin Admin => this;

    public FakePrivacy PrivacyOffice { get; } = new();

    public IPrivacyAdmin Privacy => PrivacyOffice;

    public FakeGuardrails Limits { get; } = new();

    public IGuardrailAdmin Guardrails => Limits;

    public IProgramDesk Programs => throw NotAsked();

    public IPeopleDesk People => throw NotAsked();

    public FakeChannels ChannelFacts { get; } = new();

    public IChannelAdmin Channels => ChannelFacts;

    public FakeEvidence Found { get; } = new();

    public IEvidence Evidence => Found;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask<Overview> OverviewAsync(CancellationToken ct = default)
    {
        if (Broken is { } problem)
        {
            throw new AgentUnavailableException(problem);
        }

        Now = Now with { Now = Now.Now.AddSeconds(2), Totals = Now.Totals with { Events = Now.Totals.Events + (Now.Totals.Events == 0 ? 0 : 24), Decisions = Now.Totals.Decisions + (Now.Totals.Decisions == 0 ? 0 : 3) } };
        return new(Now);
    }

    public ValueTask<Page<RecentDecision>> DecisionsAsync(int limit = 50, string? after = null, CancellationToken ct = default) =>
        new(new Page<RecentDecision>(Now.Totals.Decisions == 0 ? [] : Some.Recent, null));

    public ValueTask<Page<FoundUser>> FindUsersAsync(string prefix, int limit = 50, string? after = null, CancellationToken ct = default) =>
        new(new Page<FoundUser>([.. Some.Users.Where(u => u.UserId.StartsWith(prefix, StringComparison.Ordinal)).Take(limit)], null));

    public ValueTask<UserSummary?> UserAsync(string userId, CancellationToken ct = default) =>
        new(userId == Some.User ? JsonSerializer.Deserialize<UserSummary>(Some.UserJson, JsonSerializerOptions.Web) : null);

    public ValueTask<Page<TimelineEntry>> TimelineAsync(string userId, int limit = 50, string? after = null, CancellationToken ct = default) =>
        new(new Page<TimelineEntry>([.. Some.Timeline.Select(e => JsonSerializer.Deserialize<TimelineEntry>(e, JsonSerializerOptions.Web)!)], null));

    public ValueTask<DecisionRecord> DecisionAsync(DecisionId id, CancellationToken ct = default) => Some.Records.TryGetValue(id.Value, out var json)
        ? new(new DecisionRecord(Encoding.UTF8.GetBytes(json), Some.Hash))
        : throw new AgentNotFoundException(new AgentProblem(404, "decision_not_found", Detail: $"No decision {id}."));

    public ValueTask<EffectReceipt?> EffectAsync(DecisionId id, CancellationToken ct = default) =>
        new(Some.Receipts.TryGetValue(id.Value, out var json) ? JsonSerializer.Deserialize<EffectReceipt>(json, JsonSerializerOptions.Web) : null);

    public ValueTask<ReplayResult> ReplayAsync(DecisionId id, CancellationToken ct = default) =>
        new(ReplaysDiffer ? new ReplayResult(false, Some.Hash, "sha256:00ff", ["/sets/0/chosen"]) : new ReplayResult(true, Some.Hash, Some.Hash, []));

    public ValueTask<Page<DeadLetter>> DeadLettersAsync(string? source = null, string? reason = null, int limit = 50, string? after = null, CancellationToken ct = default) =>
        new(new Page<DeadLetter>([.. Letters.Where(l => reason is null || l.Reason == reason).Take(limit)], null));

    public async IAsyncEnumerable<ArrivedEvent> EventTailAsync(string? userId = null, string? source = null, int recent = 50, [EnumeratorCancellation] CancellationToken ct = default)
    {
        foreach (var one in Some.Arrived)
        {
            yield return one;
        }

        await foreach (var one in Arriving.Reader.ReadAllAsync(ct))
        {
            yield return one;
        }
    }

    public ValueTask ReplayDeadLetterAsync(string id, JsonElement? corrected = null, CancellationToken ct = default)
    {
        if (corrected is { } body && !body.TryGetProperty("userId", out _))
        {
            throw new IngestRejectedException(new RejectedEvent(0, null, "missing_user_id", "userId or anonymousId is required."));
        }

        Replayed.Add((id, corrected));
        Letters.RemoveAll(l => l.Id == id);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<PosteriorRow>> PosteriorsAsync(string userId, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<Explanation> ExplainAsync(DecisionId id, CancellationToken ct = default) => throw NotAsked();

    public ValueTask IngestAsync(UserEvent e, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<IngestReport> IngestAsync(IReadOnlyList<UserEvent> batch, IngestOptions? options = null, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<NextMessage> NextMessageAsync(string userId, NextMessageRequest? request = null, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<NextMessage> NextMessageOrHoldAsync(string userId, NextMessageRequest? request = null, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<IReadOnlyList<BulkNextMessage>> NextMessagesAsync(IReadOnlyList<BulkNextMessageRequest> requests, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<ActivationResult> ActivateAsync(DecisionId id, CancellationToken ct = default) => throw NotAsked();

    public ValueTask CancelAsync(DecisionId id, string reason, CancellationToken ct = default) => throw NotAsked();

    public ValueTask ReportAsync(DecisionId id, DeliveryEvent e, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<ConsentEntry> SetConsentAsync(string userId, ConsentChange change, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<IReadOnlyList<ConsentEntry>> ConsentAsync(string userId, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<IReadOnlyList<ProgramSummary>> ProgramsAsync(CancellationToken ct = default) => new([.. Now.Programs.Select(one => new ProgramSummary(one.Id, one.Version, one.State, one.Name))]);

    public ValueTask<ProgramVersion?> ProgramAsync(string programId, long? version = null, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<ProgramSummary> CreateProgramAsync(JsonElement document, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<ProgramSummary> PutProgramAsync(string programId, JsonElement document, long expectedVersion, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<ProgramSummary> TransitionAsync(string programId, string to, string reason, bool @override = false, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<EventWeightTable> WeightsAsync(string programId, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<WorkspaceVersion> WorkspaceAsync(CancellationToken ct = default) => new(new WorkspaceVersion(Limits.Settings.Version, Limits.Settings.Document) { KillSwitch = Now.KillSwitch });

    public ValueTask<WorkspaceVersion> PutWorkspaceAsync(JsonElement document, long expectedVersion, CancellationToken ct = default) => Limits.PutAsync(document, expectedVersion);

    public ValueTask<KillSwitchState> SetKillSwitchAsync(bool on, string reason, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<Page<SandboxEntry>> SandboxAsync(string? userId = null, int limit = 50, string? after = null, CancellationToken ct = default) => new(new Page<SandboxEntry>(
        [new SandboxEntry(new DecisionId("dec_kept"), "rider-0042", "whatsapp", new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero), JsonElement.Parse("""{"content":{"title":"<b>Your basket</b>","body":"Come back"}}"""))], null));

    public ValueTask<ClockState> ClockAsync(CancellationToken ct = default) => throw NotAsked();

    public ValueTask<ClockMove> SetClockAsync(DateTimeOffset now, CancellationToken ct = default) => throw NotAsked();

    public ValueTask<ServerVersion> VersionAsync(CancellationToken ct = default) => throw NotAsked();

    static NotSupportedException NotAsked() => new("The console does not ask this.");
}
