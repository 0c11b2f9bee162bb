using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents;

/// <summary>What may be said to the user now, before anything is drawn: guardrails mask first, and the mask is recorded (method §10).</summary>
internal sealed class Masking
{
    readonly AgentStep step;
    readonly ProgramRules program;
    readonly List<(string Channel, GuardrailVerdict Verdict)> verdicts = [];
    // Messages that fitted and were sent often enough.
    readonly List<GuardrailVerdict> spent = [];
    // By number of channel, category and cost; null = not asked yet.
    readonly bool?[] allowed;
    readonly ImmutableArray<SentRecord> sends;
    // Places of eligible messages in the catalogue, as many as there are.
    readonly int[] rows;

    public Masking(AgentStep step, ProgramRules program, Question question)
    {
        this.step = step;
        this.program = program;
        sends = Handovers.Counted(step, null);
        Sends28d = SendsOf(28);
        var messages = program.Definition.Messages;
        allowed = new bool?[program.Catalogue.Gates];
        var eligible = ImmutableArray.CreateBuilder<Message>(messages.Length);
        rows = new int[messages.Length];
        for (var m = 0; m < messages.Length; m++)
        {
            if (IsEligible(m, messages[m], question))
            {
                rows[eligible.Count] = m;
                eligible.Add(messages[m]);
            }
        }

        Eligible = eligible.DrainToImmutable();
    }

    /// <summary>Messages that may go now, in the order of the catalogue.</summary>
    public ImmutableArray<Message> Eligible { get; }

    /// <summary>Actions of a content set that an eligible message carries, in the order of the set.</summary>
    public IReadOnlyList<string> Carried(int set) => program.Catalogue.Carried(set, rows.AsSpan(0, Eligible.Length));

    /// <summary>Sends per message in 28 days.</summary>
    public ImmutableSortedDictionary<string, int> Sends28d { get; }

    /// <summary>Every check that was made.</summary>
    public IReadOnlyList<(string Channel, GuardrailVerdict Verdict)> Verdicts => verdicts;

    /// <summary>Why nothing can be drawn; empty when something can.</summary>
    public JsonArray HoldBefore(string arm)
    {
        if (step.Rules.Settings.KillSwitch)
        {
            return [Handovers.Reason(HoldReason.KillSwitch)];
        }

        if (program.Definition.State != ProgramState.Live)
        {
            return [Handovers.Reason(HoldReason.Paused)];
        }

        if (Reaching.Refusal(step, program.Definition) is { } unreached)
        {
            return [unreached];
        }

        if (arm == Arms.Holdout)
        {
            return [Handovers.Reason(HoldReason.ArmHoldout)];
        }

        if (!Eligible.IsEmpty)
        {
            return [];
        }

        var refused = Allowing.Reasons(verdicts.Select(one => one.Verdict));
        return refused.Count > 0 ? refused
            : spent.Count > 0 ? Allowing.Reasons(spent)
            : [Handovers.Reason(HoldReason.NoEligibleMessage)];
    }

    bool IsEligible(int row, Message message, Question question)
    {
        if ((question.Channels.Length > 0 && !question.Channels.Contains(message.Channel)) || !program.Catalogue.IsDrawable(row) || !message.IsValidAt(step.At) || !Suits(message))
        {
            return false;
        }

        if ((message.MaxPerUser is not null || message.CooldownDays is not null) && MessageLimits.Check(message, program.Definition.Id, step.At, sends.AsSpan()) is { Passed: false } limit)
        {
            spent.Add(limit);
            return false;
        }

        return Allowed(program.Catalogue.GateOf(row), message);
    }

    bool Allowed(int gate, Message message)
    {
        if (allowed[gate] is not { } may)
        {
            var checks = Allowing.Check(step, program, message.Channel, message.Category, sends, message.CostPerSend);
            may = true;
            foreach (var check in checks)
            {
                may &= check.Passed;
                verdicts.Add((message.Channel, check));
            }

            allowed[gate] = may;
        }

        return may;
    }

    bool Suits(Message message)
    {
        foreach (var condition in message.Eligibility)
        {
            // The program was checked against the sensitive attributes of its day; those of today count.
            if (step.Rules.Settings.IsSensitive(condition.Attribute))
            {
                return false;
            }

            var has = step.State.Attributes.TryGetValue(condition.Attribute, out var json);
            var matches = has && (condition.AnyOf.IsEmpty || condition.AnyOf.Contains(Text(json!)));
            if (matches == condition.Not)
            {
                return false;
            }
        }

        return true;
    }

    static string Text(string json) => json.StartsWith('"') ? JsonDocument.Parse(json).RootElement.GetString()! : json;

    ImmutableSortedDictionary<string, int> SendsOf(int days)
    {
        var since = step.At - TimeSpan.FromDays(days);
        return sends
            .Where(send => send.ProgramId == program.Definition.Id && send.At >= since)
            .GroupBy(send => send.MessageId, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
    }
}
