using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aampe.Agents.Client.Http;

sealed record NextReply
{
    public DecisionId? DecisionId { get; init; }

    public string? Verdict { get; init; }

    public string UserId { get; init; } = "";

    public string? ProgramId { get; init; }

    public string? Arm { get; init; }

    public string? Channel { get; init; }

    public DateTimeOffset? SendAt { get; init; }

    public DateTimeOffset? SendAtLocal { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public MessageContent? Message { get; init; }

    public double? Propensity { get; init; }

    public string? PropensityMethod { get; init; }

    public double? HoldPropensity { get; init; }

    public IReadOnlyList<SetChoice>? Sets { get; init; }

    public IReadOnlyList<HoldReason>? Reasons { get; init; }

    public DecisionVersions? Versions { get; init; }

    public string? RecordHash { get; init; }

    public string? ExplainUrl { get; init; }

    public string? Activation { get; init; }

    public bool Degraded { get; init; }

    public bool Replayed { get; init; }

    // A bulk answer is either the fields above or a problem.
    public int? Status { get; init; }

    public string? Code { get; init; }

    public string? Title { get; init; }

    public string? Detail { get; init; }

    public string? TraceId { get; init; }

    public IReadOnlyList<ProblemError>? Errors { get; init; }

    public NextMessage ToMessage() => Verdict == "send" ? ToSend() : ToHold();

    NextMessage.Send ToSend() => new()
    {
        DecisionId = DecisionId,
        UserId = UserId,
        ProgramId = ProgramId,
        Arm = Arm,
        Sets = Sets ?? [],
        HoldPropensity = HoldPropensity,
        Versions = Versions ?? new DecisionVersions(null, null, null, null, null),
        RecordHash = RecordHash,
        ExplainUrl = Link(ExplainUrl),
        Replayed = Replayed,
        Degraded = Degraded,
        Message = Message ?? throw new JsonException("A reply with verdict 'send' has no message."),
        Channel = Channel ?? "",
        Propensity = Propensity ?? throw new JsonException("A reply with verdict 'send' has no propensity."),
        PropensityMethod = PropensityMethod ?? "exact",
        SendAt = SendAt ?? throw new JsonException("A reply with verdict 'send' has no sendAt."),
        SendAtLocal = SendAtLocal,
        ExpiresAt = ExpiresAt ?? throw new JsonException("A reply with verdict 'send' has no expiresAt."),
        Activation = Activation ?? "required",
    };

    NextMessage.Hold ToHold() => new()
    {
        DecisionId = DecisionId,
        UserId = UserId,
        ProgramId = ProgramId,
        Arm = Arm,
        Sets = Sets ?? [],
        HoldPropensity = HoldPropensity,
        Versions = Versions ?? new DecisionVersions(null, null, null, null, null),
        RecordHash = RecordHash,
        ExplainUrl = Link(ExplainUrl),
        Replayed = Replayed,
        Degraded = Degraded,
        Reasons = Reasons ?? [],
    };

    static Uri? Link(string? text) => text is null ? null : new Uri(text, UriKind.RelativeOrAbsolute);
}

sealed record BulkQuestion
{
    public required string UserId { get; init; }

    public string? Channel { get; init; }

    public IReadOnlyList<string>? Channels { get; init; }

    public string? ProgramId { get; init; }

    public string? Placement { get; init; }

    public string? Trigger { get; init; }

    public JsonElement? Context { get; init; }

    public bool? Activate { get; init; }

    public bool? DryRun { get; init; }

    public int? MaxWaitMs { get; init; }

    public string? IdempotencyKey { get; init; }
}

sealed record BulkQuestions(IReadOnlyList<BulkQuestion> Requests);

sealed record BulkReplies(IReadOnlyList<NextReply> Results);

sealed record IngestReply(int Accepted, int Duplicates, IReadOnlyList<RejectedEvent>? Rejected, int? Pending);

sealed record CancelBody(string Reason);

sealed record ActivateBody(DateTimeOffset? At);

sealed record TransitionBody(string To, string Reason, bool Override = false);

sealed record RemarkBody(string Text);

sealed record PasswordBody(string Current, string New);

sealed record KillSwitchBody(bool On, string Reason);

sealed record ClockBody(DateTimeOffset Now);

sealed record ChannelTestBody(string Address);

sealed record RotateBody(int GraceHours);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<UserEvent>))]
[JsonSerializable(typeof(IngestReply))]
[JsonSerializable(typeof(NextMessageRequest))]
[JsonSerializable(typeof(NextReply))]
[JsonSerializable(typeof(BulkQuestions))]
[JsonSerializable(typeof(BulkReplies))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(ActivateBody))]
[JsonSerializable(typeof(IReadOnlyList<DeliveryEvent>))]
[JsonSerializable(typeof(ActivationResult))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(ReplayResult))]
[JsonSerializable(typeof(EffectReceipt))]
[JsonSerializable(typeof(ConsentChange))]
[JsonSerializable(typeof(ConsentEntry))]
[JsonSerializable(typeof(Page<ConsentEntry>))]
[JsonSerializable(typeof(UserSummary))]
[JsonSerializable(typeof(Page<TimelineEntry>))]
[JsonSerializable(typeof(Page<PosteriorRow>))]
[JsonSerializable(typeof(Page<ProgramSummary>))]
[JsonSerializable(typeof(ProgramSets))]
[JsonSerializable(typeof(ProgramVersion))]
[JsonSerializable(typeof(WorkspaceVersion))]
[JsonSerializable(typeof(KillSwitchState))]
[JsonSerializable(typeof(KillSwitchBody))]
[JsonSerializable(typeof(TransitionBody))]
[JsonSerializable(typeof(EventWeightTable))]
[JsonSerializable(typeof(ArrivedEvent))]
[JsonSerializable(typeof(Page<DeadLetter>))]
[JsonSerializable(typeof(Page<SandboxEntry>))]
[JsonSerializable(typeof(Page<RecentDecision>))]
[JsonSerializable(typeof(Page<FoundUser>))]
[JsonSerializable(typeof(Overview))]
[JsonSerializable(typeof(ClockState))]
[JsonSerializable(typeof(ClockMove))]
[JsonSerializable(typeof(ClockBody))]
[JsonSerializable(typeof(ServerVersion))]
[JsonSerializable(typeof(RegulationBody))]
[JsonSerializable(typeof(PrivacyReceipt))]
[JsonSerializable(typeof(Page<PrivacyRequest>))]
[JsonSerializable(typeof(Page<RetentionRow>))]
[JsonSerializable(typeof(ObjectionState))]
[JsonSerializable(typeof(ProgramDifference))]
[JsonSerializable(typeof(Page<CatalogueItem>))]
[JsonSerializable(typeof(CatalogueMessage))]
[JsonSerializable(typeof(PreviewRequest))]
[JsonSerializable(typeof(CopyPreview))]
[JsonSerializable(typeof(CatalogueImport))]
[JsonSerializable(typeof(RemarkBody))]
[JsonSerializable(typeof(PersonSummary))]
[JsonSerializable(typeof(Page<PersonSummary>))]
[JsonSerializable(typeof(NewPerson))]
[JsonSerializable(typeof(PersonChange))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(Page<AuditRecord>))]
[JsonSerializable(typeof(AuditCheck))]
[JsonSerializable(typeof(Page<ChannelStatus>))]
[JsonSerializable(typeof(ChannelTestBody))]
[JsonSerializable(typeof(ChannelTestResult))]
[JsonSerializable(typeof(Page<AccessKey>))]
[JsonSerializable(typeof(KeyDraft))]
[JsonSerializable(typeof(RotateBody))]
[JsonSerializable(typeof(AgentProblem))]
[JsonSerializable(typeof(JsonElement))]
sealed partial class WireJson : JsonSerializerContext;
