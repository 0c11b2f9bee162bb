using System.Collections.Immutable;
using System.Text.Json.Nodes;
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
    /// <summary>How long a hold by the kill switch, by a rule about the user or by a budget is the answer: 1 min.</summary>
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
        var (agent, cap) = (StableHash.Of(ControlRecord.NameOf(step.State)), program.Definition.Learning.PriorStrengthCap);
        foreach (var action in actions)
        {
            var own = step.State.Evidence.GetValueOrDefault(new EvidenceKey(program.Definition.Id, context, set.Id, action)).DecayedTo(step.At, set.ForgettingHalfLife);
            if (program.Definition.Learning.Posterior == PosteriorKind.Beta)
            {
                var prior = program.Cohort.BetaWithout(context, set.Id, action, agent, cap);
                believed.Add(new EligibleAction(action, ArmPosterior.Of(own.Posterior(prior)), ArmPosterior.Of(prior)));
            }
            else
            {
                var prior = program.Cohort.GaussianWithout(context, set.Id, action, agent, cap);
                believed.Add(new EligibleAction(action, ArmPosterior.Of(own.Posterior(prior)), ArmPosterior.Of(prior)));
            }
        }

        return believed.ToImmutable();
    }

    /// <summary>Makes a decision of a program and notes it in the step. The caller says what happens with it.</summary>
    public static LiveDecision Decide(AgentStep step, ProgramRules program, Question question, JsonArray? forcedHold = null) => Decide(step, program, question, forcedHold, out _);

    /// <summary>The same, and why it holds; empty for a message.</summary>
    public static LiveDecision Decide(AgentStep step, ProgramRules program, Question question, JsonArray? forcedHold, out JsonArray reasons)
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
        var record = new CanonicalMembers();
        Head(record, step, program, question, ordinal, context);
        var masked = new Masking(step, program, question);
        reasons = forcedHold ?? masked.HoldBefore(arm);
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
                drawn = Drawing.Draw(inputs, program, step.Believed(program));
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
        var sets = ImmutableArray.CreateBuilder<SetInput>(program.ContentSets.Length + 1);
        var joint = step.Believed(program);
        if (program.Frequency is { } frequency)
        {
            sets.Add(new SetInput(frequency.Id, Dimension.Frequency, joint?.SpeakOrRest() ?? Priced(Believe(step, program, context, frequency, [Drawing.Hold, Drawing.Send]), program.Definition.Learning.SendPrice)));
        }

        for (var s = 0; s < program.ContentSets.Length; s++)
        {
            var set = program.ContentSets[s];
            var actions = masked.Carried(s);
            sets.Add(new SetInput(set.Id, set.Dimension, joint is null ? Believe(step, program, context, set, actions) : [.. actions.Select(action => joint.ActionOf(set, action))]));
        }

        var eligible = masked.Eligible.Length == program.MessageIds.Length ? program.MessageIds : [.. masked.Eligible.Select(message => message.Id)];
        return new DrawInputs
        {
            Arm = arm,
            // A joint model without a population knows nothing to choose by.
            Uniform = arm == Arms.Random || (arm == Arms.Agentic && (joint is null && (program.Joint is not null || IsRandomDay(step, program, standing)))),
            Sampling = program.Sampling,
            MatchWidth = program.Definition.Learning.MatchWidth,
            Sets = sets.ToImmutable(),
            Eligible = eligible,
            Sends28d = masked.Sends28d,
            RngKey = $"{step.State.Incarnation}/{program.Definition.Id}/{step.State.Ordinal + 1}",
            DecisionId = id,
            RulesMessage = arm == Arms.Rules ? RulesMessage(program, standing, masked) : "",
            Joint = joint?.Inputs(step, joint.Plan(program, IsRandomDay(step, program, standing), eligible, step.At), program.Definition.Learning.SendPrice),
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

    static void Head(CanonicalMembers record, AgentStep step, ProgramRules program, Question question, long ordinal, string context)
    {
        var cohort = program.Cohort;
        record.Of("userId").String(step.State.Id);
        record.Of("programId").String(program.Definition.Id);
        record.Of("ordinal").Number(ordinal);
        record.Of("decidedAt").String(step.At.ToString());
        record.Of("trigger").String(question.Trigger);
        record.Of("placement").TextOrNull(question.Placement);
        record.Of("event").TextOrNull(question.Event);
        record.Of("context").String(context);
        record.Of("mode").String(program.Definition.Mode == ProgramMode.Shadow ? "shadow" : "live");
        var zone = record.Of("timeZone");
        zone.Raw("{\"asOf\":"u8);
        zone.TextOrNull(step.State.Zone is null ? "" : step.Zone.AsOf.ToString());
        zone.Raw(",\"id\":"u8);
        zone.String(step.Zone.Id);
        zone.Raw(",\"source\":"u8);
        zone.String(step.Zone.Source);
        zone.Raw("}"u8);
        var versions = record.Of("versions");
        versions.Raw("{\"cohort\":"u8);
        versions.Number(cohort.Version);
        versions.Raw(",\"cohortAsOf\":"u8);
        versions.TextOrNull(cohort.Version == 0 ? "" : cohort.AsOf.ToString());
        versions.Raw(",\"program\":"u8);
        versions.Number(program.Definition.Version);
        versions.Raw(",\"settings\":"u8);
        versions.Number(step.Rules.Settings.Version);
        versions.Raw(",\"weights\":"u8);
        versions.Number(cohort.Weights.Version);
        versions.Raw("}"u8);
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
        // A switch that people turn tells nobody when, a rule may hold otherwise after the user's next event, and money may come back or be added.
        var switched = reasons.Any(reason => reason?["code"]?.GetValue<string>() is HoldReason.KillSwitch or HoldReason.NotInAudience or HoldReason.SuppressedUser or HoldReason.Budget);
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

    static void Finish(AgentStep step, ProgramRules program, CanonicalMembers record, LiveDecision decision, Drawn? drawn, JsonArray reasons, Masking masked)
    {
        record.Of("drawn").Truth(drawn is not null);
        if (drawn is null)
        {
            record.Of("schema").Number(DecisionRecord.Schema);
            record.Of("id").String(decision.Id);
            record.Of("arm").String(decision.Arm);
            record.Of("verdict").String("hold");
            record.Of("messageId").Null();
            record.Of("sets").Raw("[]"u8);
            record.Of("match").Raw("[]"u8);
            record.Of("propensity").Null();
            record.Of("propensityMethod").String("exact");
            record.Of("holdPropensity").Number(1);
            record.Of("eligible").Texts([.. masked.Eligible.Select(message => message.Id)]);
        }

        CanonicalJson.Write(record.Of("reasons"), reasons);
        record.Of("channel").TextOrNull(decision.Channel);
        RecordText.Checks(record.Of("guardrails"), masked.Verdicts);
        record.Of("expiresAt").String(decision.ExpiresAt.ToString());
        record.Of("sendAt").TextOrNull(decision.IsSend ? step.At.ToString() : "");
        record.Of("sendAtLocal").TextOrNull(decision.IsSend ? LocalTime.Text(step.At, step.Zone.Id) : "");
        var bytes = record.Finish();
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
