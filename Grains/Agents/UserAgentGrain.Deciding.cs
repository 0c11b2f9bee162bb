using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Grains.Agents;

/// <content>Questions, activations and hand-overs.</content>
public sealed partial class UserAgentGrain
{
    /// <inheritdoc/>
    public async ValueTask<NextResult> NextAsync(NextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (IsSilent || Objection.Holds(state.Consents))
        {
            return new NextResult(IsSilent ? NextStatus.Suppressed : NextStatus.Objected, null, [], false, DecisionState.Hold, [], []);
        }

        if (state.MergedInto.Length > 0)
        {
            return new NextResult(NextStatus.Merged, null, [], false, DecisionState.NotFound, [], []) { MergedInto = new AgentKey(state.Tenant, state.MergedInto).ToString() };
        }

        var attributes = Attributes();
        if (request.IdempotencyKey is { } used && state.Idempotent.LastOrDefault(use => use.Key == used && use.At > request.At - Living.KeysKept) is { } earlier)
        {
            return earlier.BodyHash == request.BodyHash
                ? await RepeatedAsync(earlier.DecisionId, attributes)
                : new NextResult(NextStatus.IdempotencyConflict, null, [], false, DecisionState.NotFound, [], attributes);
        }

        var question = new Question
        {
            Trigger = request.Trigger is null ? "api" : "event",
            Channels = [.. request.Channels],
            Placement = request.Placement ?? "",
            Event = request.Trigger ?? "",
            Program = request.ProgramId ?? "",
        };
        var (step, (answer, reasons)) = await PayingAsync(request.At, step => Ask(step, question, request.Activate && !request.DryRun));
        if (answer is null)
        {
            return new NextResult(request.ProgramId is null ? NextStatus.Decided : NextStatus.UnknownProgram, null, [], false, DecisionState.Hold, [], attributes);
        }

        var record = step.Decisions.FirstOrDefault(made => made.Id == answer.Decision.Id)?.Record;
        if (request.DryRun)
        {
            return new NextResult(NextStatus.Decided, null, record ?? await RecordAsync(answer.Decision.Id), answer.Replayed, StateOf(answer.Decision), [], attributes);
        }

        if (request.IdempotencyKey is { } key)
        {
            Living.Remember(step, key, request.BodyHash ?? "", answer.Decision.Id);
        }

        if (step.JournalEntries > 0 || request.IdempotencyKey is not null)
        {
            await CommitAsync([step]);
            await PaidForAsync(step);
        }

        var decision = state.Find(answer.Decision.Id) ?? answer.Decision;
        return new NextResult(NextStatus.Decided, decision.Id, record ?? await RecordAsync(decision.Id), answer.Replayed, StateOf(decision), Bytes(reasons), attributes);
    }

    /// <inheritdoc/>
    public async ValueTask<ActivationResult> ActivateAsync(string decisionId, Instant at)
    {
        var (step, known) = await PayingAsync(at, step => Handovers.Activate(step, decisionId));
        if (known is not { } activated)
        {
            return new ActivationResult(DecisionState.NotFound, Bytes([]), step.At);
        }

        if (step.JournalEntries > 0)
        {
            await CommitAsync([step]);
            await PaidForAsync(step);
        }

        return new ActivationResult(StateOf(activated.Decision), Bytes(activated.Reasons), activated.Decision.StageAt);
    }

    /// <inheritdoc/>
    public async ValueTask ForsakeAsync(string decisionId, string why, Instant at)
    {
        var step = Begin(at);
        if (state.Find(decisionId) is { Stage: DecisionStage.Activated, Delivery.Length: 0 } decision)
        {
            Handovers.Fail(step, decision, step.At, why);
            await CommitAsync([step]);
            await RefundAsync(step);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<CancelResult> CancelAsync(string decisionId, string reason, Instant at)
    {
        var step = Begin(at);
        if (Handovers.Cancel(step, decisionId, reason) is not { } cancelled)
        {
            return new CancelResult(DecisionState.NotFound);
        }

        if (step.JournalEntries > 0)
        {
            await CommitAsync([step]);
        }

        return new CancelResult(StateOf(cancelled));
    }

    /// <inheritdoc/>
    public async ValueTask<HandoverTicket> BeginHandoverAsync(string decisionId, Instant at, int attempts, bool recovering)
    {
        if (IsSilent || version == 0)
        {
            return await RefuseHandoverAsync(decisionId, at);
        }

        var fresh = state.Find(decisionId) is { TreatedAt: null };
        var (step, (granted, reasons)) = await PayingAsync(at, step => Handovers.Gate(step, decisionId, attempts, recovering));
        if (step.JournalEntries > 0 || step.Outbox.Count > 0)
        {
            await CommitAsync([step]);
            Owes(step);
        }

        if (!granted)
        {
            return new HandoverTicket(false, [], [], null, 0, Bytes(reasons));
        }

        var decision = state.Find(decisionId)!;
        return new HandoverTicket(true, await RecordAsync(decisionId), Attributes(), state.Addresses.GetValueOrDefault(decision.Channel), decision.Attempts, Bytes(reasons)) { Fresh = fresh };
    }

    /// <inheritdoc/>
    public async ValueTask CompleteHandoverAsync(string decisionId, HandoverOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Check();
        if (version == 0)
        {
            // Its person was erased while the channel was called: what came of it is nobody's any more, and must not bring the agent back.
            return;
        }

        // What the channel has answered is a fact: it is taken down without the lease that deciding needs, or the call would be made again.
        var step = new AgentStep(state, rules.Current, outcome.At);
        var answer = outcome.Status switch
        {
            HandoverStatus.Sent => ChannelAnswer.Sent,
            HandoverStatus.Refused => ChannelAnswer.Refused,
            HandoverStatus.Retry => ChannelAnswer.Retry,
            _ => ChannelAnswer.Unknown,
        };
        Handovers.Complete(step, decisionId, answer, outcome.RetryAt, outcome.Code, outcome.ProviderMessageId, outcome.NothingTaken);
        await CommitAsync([step]);
        await AnsweredAsync(decisionId);
    }

    static (Answer? Answer, JsonArray Reasons) Ask(AgentStep step, Question question, bool activate)
    {
        var answer = Living.Ask(step, question);
        return (answer, answer is not null && activate && Handovers.Activate(step, answer.Decision.Id) is { } activated ? activated.Reasons : []);
    }

    async Task<NextResult> RepeatedAsync(string decisionId, byte[] attributes)
    {
        var decision = state.Find(decisionId);
        return new NextResult(NextStatus.Decided, decisionId, await RecordAsync(decisionId), true, decision is null ? DecisionState.NotFound : StateOf(decision), Bytes([]), attributes);
    }

    async Task<byte[]> RecordAsync(string decisionId) => (await store.DecisionAsync(decisionId, CancellationToken.None))?.Record.ToArray() ?? [];

    // What is sensitive is shown to nobody, whatever a template of earlier days asks for.
    byte[] Attributes() => Encoding.UTF8.GetBytes(new JsonObject(state.Attributes.Where(pair => !rules.Current.Settings.IsSensitive(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, JsonNode.Parse(pair.Value)))).ToJsonString());

    static byte[] Bytes(JsonArray reasons) => Encoding.UTF8.GetBytes(reasons.ToJsonString());

    static DecisionState StateOf(LiveDecision decision) => decision.Stage switch
    {
        DecisionStage.Hold => DecisionState.Hold,
        DecisionStage.Open => DecisionState.Open,
        DecisionStage.Scheduled or DecisionStage.InFlight => DecisionState.Scheduled,
        DecisionStage.Activated => DecisionState.Activated,
        DecisionStage.Held => DecisionState.Held,
        DecisionStage.Expired => DecisionState.Expired,
        DecisionStage.Cancelled => DecisionState.Cancelled,
        DecisionStage.Failed => DecisionState.Failed,
        DecisionStage.Unknown => DecisionState.Unknown,
        _ => DecisionState.Superseded,
    };
}
