using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>What a channel answered to a hand-over.</summary>
public enum ChannelAnswer
{
    /// <summary>Taken.</summary>
    Sent,

    /// <summary>Refused for good.</summary>
    Refused,

    /// <summary>Try again later.</summary>
    Retry,

    /// <summary>Nobody knows.</summary>
    Unknown,
}

/// <summary>
/// From decision to treatment: activation, the gate before a channel, its answer, expiry. Guardrails are checked again at the moment of
/// hand-over, in the same step that marks it (R5); what is marked counts as sent until it is proved otherwise.
/// </summary>
public static class Handovers
{
    /// <summary>The host commits to a decision. A repeat gives what the first one gave.</summary>
    /// <returns>The decision as it stands now, and why it was held; null when the agent does not know the id.</returns>
    public static (LiveDecision Decision, JsonArray Reasons)? Activate(AgentStep step, string decisionId) => Activate(step, decisionId, "host");

    /// <summary>The same, by somebody else than the host: host or card, as the journal says.</summary>
    public static (LiveDecision Decision, JsonArray Reasons)? Activate(AgentStep step, string decisionId, string by)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.State.Find(decisionId) is not { } decision)
        {
            return null;
        }

        if (decision.Stage != DecisionStage.Open)
        {
            return (decision, decision.Reasons.Length > 0 ? JsonNode.Parse(decision.Reasons)!.AsArray() : []);
        }

        var reasons = Refusals(step, decision);
        if (reasons.Count > 0)
        {
            Hold(step, decision, step.At, (JsonArray)reasons.DeepClone());
            return (step.State.Find(decisionId)!, reasons);
        }

        Reserve(step, decision, DecisionStage.Activated);
        step.Tell("activation", step.At, ("decisionId", decision.Id), ("channel", decision.Channel), ("by", by));
        return (step.State.Find(decisionId)!, reasons);
    }

    /// <summary>The gate: leave to call the channel once, or why not (the row then goes).</summary>
    /// <param name="step">The step.</param>
    /// <param name="decisionId">Decision.</param>
    /// <param name="attempts">Attempts that the row of whoever asks knows of; another number means that somebody else has begun one. Null = not asked.</param>
    /// <param name="recovering">Whether an attempt that was marked and never answered is made again.</param>
    public static (bool Granted, JsonArray Reasons) Gate(AgentStep step, string decisionId, int? attempts = null, bool recovering = false)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.State.Find(decisionId) is not { Stage: DecisionStage.Scheduled or DecisionStage.InFlight } decision)
        {
            step.Want(new OutboxChange(decisionId, "", null, false, 0));
            return (false, [Reason(HoldReason.Expired)]);
        }

        // Two silos may have read one row while its partition moved: the second finds that the attempt is no longer its own (R4).
        if (attempts is { } known && (known != decision.Attempts || decision.Stage == DecisionStage.InFlight != recovering))
        {
            return (false, []);
        }

        var reasons = Refusals(step, decision);
        if (reasons.Count > 0)
        {
            if (Deferred(step, decision, reasons))
            {
                return (false, reasons);
            }

            Hold(step, decision, step.At, (JsonArray)reasons.DeepClone());
            return (false, reasons);
        }

        var attempt = decision with { Attempts = decision.Attempts + 1 };
        Reserve(step, attempt, DecisionStage.InFlight);
        step.Want(new OutboxChange(decision.Id, decision.Channel, step.At, true, attempt.Attempts));
        return (true, reasons);
    }

    /// <summary>What the channel answered.</summary>
    /// <param name="step">The step.</param>
    /// <param name="decisionId">Decision.</param>
    /// <param name="answer">The answer to this attempt.</param>
    /// <param name="retryAt">Next attempt, for a retry.</param>
    /// <param name="code">The channel's code.</param>
    /// <param name="providerMessageId">The channel's own id.</param>
    /// <param name="nothingTaken">Whether it is proved that the channel has taken nothing, by this attempt or an earlier one: a retry then gives the caps back until it begins.</param>
    public static void Complete(AgentStep step, string decisionId, ChannelAnswer answer, Instant? retryAt, string code, string? providerMessageId, bool nothingTaken = false)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.State.Find(decisionId) is not { Stage: DecisionStage.InFlight or DecisionStage.Scheduled } decision)
        {
            step.Want(new OutboxChange(decisionId, "", null, false, 0));
            return;
        }

        switch (answer)
        {
            case ChannelAnswer.Sent:
                Settle(step, decision, DecisionStage.Activated, "sent", code, providerMessageId);
                break;
            case ChannelAnswer.Unknown:
                Settle(step, decision, DecisionStage.Unknown, "unknown", code, providerMessageId);
                break;
            case ChannelAnswer.Retry when retryAt is { } next && next < decision.ExpiresAt:
                step.Change((nothingTaken ? Unreserved(step, decision) : decision) with { Stage = DecisionStage.Scheduled });
                step.Want(new OutboxChange(decision.Id, decision.Channel, next, false, decision.Attempts));
                step.Tell("delivery", step.At, ("decisionId", decision.Id), ("status", "retrying"), ("code", code), ("retryAt", Json.Of(next)));
                break;
            case ChannelAnswer.Retry when !nothingTaken:
                // No attempt is left, and none was proved to have missed: it counts as sent.
                Settle(step, decision, DecisionStage.Unknown, "unknown", code, providerMessageId);
                break;
            // An earlier attempt may have been taken although its answer was lost: a refusal of a later one proves nothing about it.
            default:
                if (decision.Attempts > 1 && !nothingTaken)
                {
                    Settle(step, decision, DecisionStage.Unknown, "unknown", code, providerMessageId);
                    break;
                }

                Fail(step, decision, step.At, code);
                break;
        }
    }

    /// <summary>The host gives a decision up: nothing is learned, the caps are given back. Once a channel has been called it is too late for that.</summary>
    public static LiveDecision? Cancel(AgentStep step, string decisionId, string reason)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.State.Find(decisionId) is not { } decision)
        {
            return null;
        }

        if (IsWaiting(decision))
        {
            Close(step, decision, DecisionStage.Cancelled, step.At);
            step.Tell("cancel", step.At, ("decisionId", decision.Id), ("reason", reason));
        }

        return step.State.Find(decisionId) ?? decision with { Stage = DecisionStage.Cancelled };
    }

    /// <summary>Code of a message that its channel took and that came back: what it cost stays spent.</summary>
    public const string Bounced = "bounced";

    /// <summary>The channel did not take it, or it bounced: not an intervention at all, and the caps are given back.</summary>
    public static void Fail(AgentStep step, LiveDecision decision, Instant at, string code)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(decision);
        step.State = step.State with { Sends = Without(step.State.Sends, decision) };
        if (decision.TreatedAt is not null && code != Bounced)
        {
            step.Refund(decision.Id);
        }

        step.Tell("delivery", at, ("decisionId", decision.Id), ("status", "failed"), ("code", code));
        Close(step, decision with { TreatedAt = null }, DecisionStage.Failed, at);
    }

    /// <summary>A decision is refused where it was to be activated. One that a channel was called for already counts as sent: nobody knows that it was not.</summary>
    public static void Hold(AgentStep step, LiveDecision decision, Instant at, JsonArray reasons)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(reasons);
        var why = reasons.ToJsonString(Json.Compact);
        if (decision.TreatedAt is not null)
        {
            step.Change(decision with { Stage = DecisionStage.Unknown, StageAt = at, Reasons = why });
            step.Want(new OutboxChange(decision.Id, decision.Channel, null, false, 0));
            step.Tell("delivery", at, ("decisionId", decision.Id), ("status", "unknown"), ("reasons", reasons));
            return;
        }

        var expired = decision.ExpiresAt <= at;
        step.Tell(expired ? "expired" : "held", at, ("decisionId", decision.Id), ("reasons", reasons));
        Close(step, decision with { Reasons = why }, expired ? DecisionStage.Expired : DecisionStage.Held, at);
    }

    /// <summary>Ends a decision that never became a treatment; its effect is final: not delivered. A receipt that was given already stays the only one.</summary>
    public static void Close(AgentStep step, LiveDecision decision, DecisionStage stage, Instant at)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(decision);
        var closed = decision with { Stage = stage, StageAt = at, TreatedAt = null, Settled = true };
        step.Change(closed);
        step.Want(new OutboxChange(decision.Id, decision.Channel, null, false, 0));
        if (!decision.Settled)
        {
            Settling.NeverDelivered(step, closed);
        }
    }

    /// <summary>Whether a decision waits for its hand-over and no channel was called for it yet: at its expiry it is over.</summary>
    internal static bool IsWaiting(LiveDecision decision) =>
        decision.Stage == DecisionStage.Open || decision is { Stage: DecisionStage.Scheduled, TreatedAt: null };

    /// <summary>Decisions that nobody activated, and rows that nobody took out of the outbox, in time.</summary>
    public static void Expire(AgentStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        foreach (var decision in step.State.Decisions)
        {
            if (IsWaiting(decision) && decision.ExpiresAt <= step.At)
            {
                step.Tell("expired", step.At, ("decisionId", decision.Id));
                Close(step, decision, DecisionStage.Expired, step.At);
            }
        }
    }

    /// <summary>Holds that were given as the open answer are not given again: what they rested on has changed.</summary>
    public static void ForgetHolds(AgentStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        foreach (var decision in step.State.Decisions)
        {
            if (decision.Stage == DecisionStage.Hold && decision.ExpiresAt > step.At)
            {
                step.Change(decision with { ExpiresAt = step.At });
            }
        }
    }

    /// <summary>The sends that guardrails count: those made, and those that wait in the outbox.</summary>
    public static ImmutableArray<SentRecord> Counted(AgentStep step, string? except)
    {
        ArgumentNullException.ThrowIfNull(step);
        var own = except is null ? null : step.State.Find(except);
        var sends = own is { TreatedAt: not null } ? Without(step.State.Sends, own) : step.State.Sends;
        foreach (var decision in step.State.Decisions)
        {
            // What has expired can no longer go out, whether or not somebody has closed it yet.
            if (decision.Stage == DecisionStage.Scheduled && IsWaiting(decision) && decision.ExpiresAt > step.At && decision.Id != except)
            {
                sends = sends.Add(new SentRecord(step.At, decision.Channel, decision.Program, decision.Message));
            }
        }

        return sends;
    }

    /// <summary>A coded reason.</summary>
    public static JsonObject Reason(string code) => new() { ["code"] = code };

    // A further attempt at what counts as sent costs nothing more.
    static readonly Price Paid = new(0, "");

    static JsonArray Refusals(AgentStep step, LiveDecision decision)
    {
        if (step.Rules.Settings.KillSwitch)
        {
            return [Reason(HoldReason.KillSwitch)];
        }

        if (decision.ExpiresAt <= step.At)
        {
            return [Reason(HoldReason.Expired)];
        }

        if (step.Rules.Find(decision.Program) is not { Definition.State: ProgramState.Live } program)
        {
            return [Reason(HoldReason.Paused)];
        }

        if (program.Definition.Mode == ProgramMode.Shadow)
        {
            return [Reason(HoldReason.Shadow)];
        }

        if (Reaching.Refusal(step, program.Definition) is { } unreached)
        {
            return [unreached];
        }

        if (program.Message(decision.Message) is not { } message || !message.IsValidAt(step.At))
        {
            return [Reason(HoldReason.MessageWithdrawn)];
        }

        var sends = Counted(step, decision.Id);
        return Allowing.Reasons([.. Allowing.Check(step, program, message.Channel, message.Category, sends, decision.TreatedAt is null ? message.CostPerSend : Paid), MessageLimits.Check(message, program.Definition.Id, step.At, sends.AsSpan())]);
    }

    // A row that waits may wait for the end of the quiet hours, if the decision lives that long.
    static bool Deferred(AgentStep step, LiveDecision decision, JsonArray reasons)
    {
        if (decision.Stage != DecisionStage.Scheduled
            || step.Rules.Find(decision.Program) is not { } program
            || Deferring.Until(step, program, reasons, [decision.Channel], decision.DecidedAt) is not { } open
            || open >= decision.ExpiresAt)
        {
            return false;
        }

        step.Want(new OutboxChange(decision.Id, decision.Channel, open, false, decision.Attempts));
        step.Tell("delivery", step.At, ("decisionId", decision.Id), ("status", "deferred"), ("retryAt", Json.Of(open)), ("reasons", reasons.DeepClone()));
        return true;
    }

    static void Reserve(AgentStep step, LiveDecision decision, DecisionStage stage)
    {
        var counts = decision.TreatedAt is null;
        var sends = counts ? step.State.Sends : Without(step.State.Sends, decision);
        step.State = step.State with
        {
            Sends = DeliveryFacts.WithSend(sends, new SentRecord(step.At, decision.Channel, decision.Program, decision.Message), step.At),
            Counters = counts ? step.State.Counters with { Sends = step.State.Counters.Sends + 1 } : step.State.Counters,
        };
        step.Change(decision with { Stage = stage, StageAt = step.At, TreatedAt = step.At, Credits = TimingCredit.At(step, decision) });
        if (counts)
        {
            Charging.Charged(step, decision);
        }

        ForgetHolds(step);
    }

    // As before the attempt: it waits again, and the next attempt reserves anew.
    static LiveDecision Unreserved(AgentStep step, LiveDecision decision)
    {
        if (decision.TreatedAt is null)
        {
            return decision;
        }

        step.State = step.State with
        {
            Sends = Without(step.State.Sends, decision),
            Counters = step.State.Counters with { Sends = step.State.Counters.Sends - 1 },
        };
        return decision with { TreatedAt = null };
    }

    static void Settle(AgentStep step, LiveDecision decision, DecisionStage stage, string status, string code, string? providerMessageId)
    {
        step.Change(decision with { Stage = stage, TreatedAt = decision.TreatedAt ?? step.At });
        step.Want(new OutboxChange(decision.Id, decision.Channel, null, false, 0));
        step.Tell(
            "activation",
            decision.TreatedAt ?? step.At,
            ("decisionId", decision.Id),
            ("channel", decision.Channel),
            ("by", "schedule"),
            ("status", status),
            ("code", Json.OrNull(code)),
            ("providerMessageId", providerMessageId));
    }

    static ImmutableArray<SentRecord> Without(ImmutableArray<SentRecord> sends, LiveDecision decision) =>
        decision.TreatedAt is { } at ? sends.Remove(new SentRecord(at, decision.Channel, decision.Program, decision.Message)) : sends;
}
