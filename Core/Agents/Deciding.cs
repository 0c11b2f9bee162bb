using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>What a decision is asked for.</summary>
public sealed record Question
{
    /// <summary>tick, api or event.</summary>
    public required string Trigger { get; init; }

    /// <summary>Channels allowed; empty = all.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>Where the card goes; empty = not said.</summary>
    public string Placement { get; init; } = "";

    /// <summary>Event that caused the question; empty = none.</summary>
    public string Event { get; init; } = "";

    /// <summary>One program only; empty = all live ones.</summary>
    public string Program { get; init; } = "";

    /// <summary>When the user's own <see cref="Event"/> was that the agent answers by its own plan; null = none.</summary>
    public Instant? TriggeredAt { get; init; }

    /// <summary>The same question while its decision is open gets the same decision.</summary>
    // What follows the third bar is the event, whatever is in it (LiveDecision.Trigger): the parts before it must have none.
    public string Filter => TriggeredAt is { } trigger ? $"{LiveDecision.Answering}|{trigger.UnixMilliseconds}||{Event}"
        : Trigger == "tick" ? "tick"
        : $"{Program}|{string.Join(',', Channels.Order(StringComparer.Ordinal))}|{Placement.Replace('|', '/')}|{Event}";
}

/// <summary>Makes one decision of one program: mask by guardrails, draw, match, record (method §8, §10, §11).</summary>
public static class Deciding
{
    /// <summary>How long a hold by the kill switch is the answer: 1 min.</summary>
    public static readonly TimeSpan SwitchedOff = TimeSpan.FromMinutes(1);

    /// <summary>Cell of the user's state now.</summary>
    public static string ContextOf(AgentState state, Instant at)
    {
        ArgumentNullException.ThrowIfNull(state);
        var sinceFirst = state.FirstSeen < at ? at - state.FirstSeen : TimeSpan.Zero;
        var sinceLast = state.History.LastBefore(at) is { } last ? at - last : TimeSpan.MaxValue;
        var today = state.History.Between(new Instant(at.UtcDay * 86_400_000L), at).Length;
        return Context.Of(sinceFirst, sinceLast, state.History.Days.Sum28(at).Events + today).Key;
    }

    /// <summary>Whether the agent still chooses uniformly for this program.</summary>
    public static bool IsRandomDay(AgentStep step, ProgramRules program, ProgramStanding standing)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(standing);
        return step.At < standing.Since + TimeSpan.FromDays(program.Definition.Learning.RandomDays);
    }

    /// <summary>What is believed of some actions of a set in a context: the cohort's prior and the user's own evidence.</summary>
    public static ImmutableArray<EligibleAction> Believe(AgentStep step, ProgramRules program, string context, ActionSet set, IEnumerable<string> actions)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(actions);
        var believed = ImmutableArray.CreateBuilder<EligibleAction>();
        var agent = StableHash.Of(ControlRecord.NameOf(step.State));
        foreach (var action in actions)
        {
            var prior = program.Cohort.PriorWithout(context, set.Id, action, agent, program.Definition.Learning.PriorStrengthCap);
            var own = step.State.Evidence.GetValueOrDefault(new EvidenceKey(program.Definition.Id, context, set.Id, action)).DecayedTo(step.At, set.ForgettingHalfLife);
            believed.Add(program.Definition.Learning.Posterior == PosteriorKind.Beta
                ? new EligibleAction(action, ArmPosterior.Of(own.Posterior(prior.Beta)), ArmPosterior.Of(prior.Beta))
                : new EligibleAction(action, ArmPosterior.Of(own.Posterior(prior.Gaussian)), ArmPosterior.Of(prior.Gaussian)));
        }

        return believed.ToImmutable();
    }

    /// <summary>Makes a decision of a program and notes it in the step. The caller says what happens with it.</summary>
    public static LiveDecision Decide(AgentStep step, ProgramRules program, Question question, JsonArray? forcedHold = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(question);
        var state = step.State;
        var ordinal = state.Ordinal + 1;
        var id = AgentStep.DecisionId(state, ordinal);
        if (state.Standings.GetValueOrDefault(program.Definition.Id) is not { } standing)
        {
            standing = new ProgramStanding { Since = step.At };
            step.State = state with { Standings = state.Standings.Add(program.Definition.Id, standing) };
        }

        var arm = program.ArmOf(state.Id);
        var context = ContextOf(state, step.At);
        var record = Head(step, program, question, ordinal, arm, context);
        var masked = new Masking(step, program, question);
        var reasons = forcedHold ?? masked.HoldBefore(arm);
        Drawn? drawn = null;
        if (reasons.Count == 0)
        {
            var inputs = Inputs(step, program, arm, context, standing, masked, id);
            if (arm == Arms.Rules && inputs.RulesMessage.Length == 0)
            {
                reasons.Add(Handovers.Reason(HoldReason.NoEligibleMessage));
            }
            else
            {
                drawn = Drawing.Draw(inputs, message => program.Message(message)!);
                DecisionRecord.Write(record, inputs, drawn);
                if (drawn.MessageId.Length == 0)
                {
                    reasons.Add(Handovers.Reason(HoldReason.AgentRest));
                }
            }
        }

        var decision = Live(step, program, question, id, ordinal, arm, context, drawn, reasons);
        Finish(step, program, record, decision, drawn, reasons, masked);
        return decision;
    }

    static DrawInputs Inputs(AgentStep step, ProgramRules program, string arm, string context, ProgramStanding standing, Masking masked, string id)
    {
        var sets = ImmutableArray.CreateBuilder<SetInput>();
        var joint = JointBelief.Of(step.State, program, step.At);
        if (program.Frequency is { } frequency)
        {
            sets.Add(new SetInput(frequency.Id, Dimension.Frequency, joint?.SpeakOrRest() ?? Priced(Believe(step, program, context, frequency, [Drawing.Hold, Drawing.Send]), program.Definition.Learning.SendPrice)));
        }

        foreach (var set in program.ContentSets)
        {
            var carried = masked.Eligible.Select(message => set.Dimension == Dimension.Channel ? message.Channel : message.Labels[set.Id]).ToHashSet(StringComparer.Ordinal);
            var actions = set.Actions.Where(action => !action.Retired && carried.Contains(action.Id)).Select(action => action.Id);
            sets.Add(new SetInput(set.Id, set.Dimension, joint is null ? Believe(step, program, context, set, actions) : [.. actions.Select(action => joint.ActionOf(set, action))]));
        }

        return new DrawInputs
        {
            Arm = arm,
            // A joint model without a population knows nothing to choose by.
            Uniform = arm == Arms.Random || (arm == Arms.Agentic && (joint is null && (program.Joint is not null || IsRandomDay(step, program, standing)))),
            Sampling = program.Sampling,
            MatchWidth = program.Definition.Learning.MatchWidth,
            Sets = sets.ToImmutable(),
            Eligible = [.. masked.Eligible.Select(message => message.Id)],
            Sends28d = masked.Sends28d,
            RngKey = $"{step.State.Incarnation}/{program.Definition.Id}/{step.State.Ordinal + 1}",
            DecisionId = id,
            RulesMessage = arm == Arms.Rules ? RulesMessage(program, standing, masked) : "",
            Joint = joint?.Inputs(step, joint.Plan(program, IsRandomDay(step, program, standing), masked.Eligible.Select(message => message.Id), step.At), program.Definition.Learning.SendPrice),
        };
    }

    static ImmutableArray<EligibleAction> Priced(ImmutableArray<EligibleAction> actions, double price) =>
        price == 0 ? actions : [.. actions.Select(action => action.Action == Drawing.Send ? action with { Price = price } : action)];

    // The sequence moves on to the next message that may go now: a rule engine would skip too.
    static string RulesMessage(ProgramRules program, ProgramStanding standing, Masking masked)
    {
        if (program.Definition.Rules is not { } rules)
        {
            return "";
        }

        for (var i = 0; i < rules.Messages.Length; i++)
        {
            var id = rules.Messages[(standing.RulesNext + i) % rules.Messages.Length];
            if (masked.Eligible.Any(message => message.Id == id))
            {
                return id;
            }
        }

        return "";
    }

    static JsonObject Head(AgentStep step, ProgramRules program, Question question, long ordinal, string arm, string context)
    {
        var cohort = program.Cohort;
        return new JsonObject
        {
            ["schema"] = DecisionRecord.Schema,
            ["drawn"] = false,
            ["userId"] = step.State.Id,
            ["programId"] = program.Definition.Id,
            ["ordinal"] = ordinal,
            ["decidedAt"] = step.At.ToString(),
            ["trigger"] = question.Trigger,
            ["placement"] = Json.OrNull(question.Placement),
            ["event"] = Json.OrNull(question.Event),
            ["context"] = context,
            ["arm"] = arm,
            ["mode"] = "live",
            ["timeZone"] = new JsonObject { ["id"] = step.Zone.Id, ["source"] = step.Zone.Source, ["asOf"] = step.State.Zone is null ? null : step.Zone.AsOf.ToString() },
            ["versions"] = new JsonObject
            {
                ["program"] = program.Definition.Version,
                ["settings"] = step.Rules.Settings.Version,
                ["weights"] = cohort.Weights.Version,
                ["cohort"] = cohort.Version,
                ["cohortAsOf"] = cohort.Version == 0 ? null : cohort.AsOf.ToString(),
            },
        };
    }

    static LiveDecision Live(
        AgentStep step, ProgramRules program, Question question, string id, long ordinal, string arm, string context, Drawn? drawn, JsonArray reasons)
    {
        var message = drawn is { MessageId.Length: > 0 } ? program.Message(drawn.MessageId) : null;
        var rests = message is null && reasons is [JsonObject only] && only["code"]!.GetValue<string>() is HoldReason.AgentRest or HoldReason.ArmHoldout;
        return new LiveDecision
        {
            Id = id,
            Ordinal = ordinal,
            Program = program.Definition.Id,
            Arm = arm,
            Stage = message is null ? DecisionStage.Hold : DecisionStage.Open,
            StageAt = step.At,
            DecidedAt = step.At,
            ExpiresAt = message is null ? HoldUntil(step, program, reasons) : step.At + program.Definition.ExpiresAfter,
            Context = context,
            Message = message?.Id ?? "",
            Channel = message?.Channel ?? "",
            Filter = question.Filter,
            Credits = message is null ? HoldCredits(program, rests) : SendCredits(step, program, question, message),
            // An agent's own silence is measured like a message (pseudo-intervention); a guardrail's is nobody's choice.
            TreatedAt = rests ? step.At : null,
        };
    }

    // A hold is the answer until it may be otherwise: the earliest retry that a guardrail names, or the usual life of a decision.
    static Instant HoldUntil(AgentStep step, ProgramRules program, JsonArray reasons)
    {
        // A switch that people turn tells nobody when.
        var switched = reasons.Any(reason => reason?["code"]?.GetValue<string>() == HoldReason.KillSwitch);
        var until = step.At + (switched ? SwitchedOff : program.Definition.ExpiresAfter);
        foreach (var reason in reasons)
        {
            if (reason?["retryAfter"]?.GetValue<string>() is { } text)
            {
                until = Instant.Min(until, Instant.From(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
            }
        }

        return until;
    }

    static ImmutableArray<Credit> HoldCredits(ProgramRules program, bool rests) =>
        rests && program.Frequency is { } frequency ? [new Credit(frequency.Id, Drawing.Hold)] : [];

    static ImmutableArray<Credit> SendCredits(AgentStep step, ProgramRules program, Question question, Message message)
    {
        var credits = ImmutableArray.CreateBuilder<Credit>();
        if (program.Frequency is { } frequency)
        {
            credits.Add(new Credit(frequency.Id, Drawing.Send));
        }

        foreach (var set in program.ContentSets)
        {
            credits.Add(new Credit(set.Id, set.Dimension == Dimension.Channel ? message.Channel : message.Labels[set.Id]));
        }

        if (TimingCredit.Slot(program, step.At, step.Zone) is { } slot)
        {
            credits.Add(slot);
        }

        if (question.TriggeredAt is { } trigger && TimingCredit.Delay(program, trigger, step.At) is { } delay)
        {
            credits.Add(delay);
        }

        // The days that were waited for this very contact; a question that comes in between was waited for by nobody.
        if (question.Trigger == "tick" && program.Gap is { } gap && step.State.Standings.GetValueOrDefault(program.Definition.Id) is { Gap.Length: > 0 } standing)
        {
            credits.Add(new Credit(gap.Id, standing.Gap));
        }

        return credits.ToImmutable();
    }

    static void Finish(AgentStep step, ProgramRules program, JsonObject record, LiveDecision decision, Drawn? drawn, JsonArray reasons, Masking masked)
    {
        record["id"] = decision.Id;
        record["drawn"] = drawn is not null;
        if (drawn is null)
        {
            record["verdict"] = "hold";
            record["messageId"] = null;
            record["sets"] = new JsonArray();
            record["match"] = new JsonArray();
            record["propensity"] = null;
            record["propensityMethod"] = "exact";
            record["holdPropensity"] = 1;
            record["eligible"] = Json.Texts(masked.Eligible.Select(message => message.Id));
        }

        record["reasons"] = reasons.DeepClone();
        record["channel"] = Json.OrNull(decision.Channel);
        record["guardrails"] = Allowing.Record(masked.Verdicts);
        record["expiresAt"] = decision.ExpiresAt.ToString();
        record["sendAt"] = decision.IsSend ? step.At.ToString() : null;
        record["sendAtLocal"] = decision.IsSend ? LocalTime.Text(step.At, step.Zone.Id) : null;
        var bytes = CanonicalJson.Serialize(record);
        step.Made(new MadeDecision(decision.Id, decision.Program, step.At, bytes));
        step.State = step.State with
        {
            Ordinal = decision.Ordinal,
            Decisions = step.State.Decisions.Add(decision),
            Counters = decision.IsSend ? step.State.Counters : step.State.Counters with { Holds = step.State.Counters.Holds + 1 },
        };
        step.Tell(
            "decision",
            step.At,
            ("decisionId", decision.Id),
            ("programId", program.Definition.Id),
            ("verdict", decision.IsSend ? "send" : "hold"),
            ("arm", decision.Arm),
            ("messageId", Json.OrNull(decision.Message)),
            ("channel", Json.OrNull(decision.Channel)),
            ("reasons", reasons.Count > 0 ? new JsonArray([.. reasons.Select(reason => reason!["code"]!.DeepClone())]) : null));
        if (!decision.IsSend && decision.TreatedAt is null)
        {
            Settling.NeverDelivered(step, decision);
        }
    }
}
