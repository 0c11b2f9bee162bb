using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>Whether a channel may speak to the user now: reach, consent, the workspace's limits and the program's, all of them, money last.</summary>
public static class Allowing
{
    /// <summary>Every check, passed or not, in a fixed order.</summary>
    /// <param name="step">The step; its moment is the hand-over.</param>
    /// <param name="program">The program that wants to speak; null = the workspace's limits alone.</param>
    /// <param name="channel">Channel.</param>
    /// <param name="category">marketing, service or transactional.</param>
    /// <param name="sends">Sends that count.</param>
    /// <param name="cost">What the message itself says that it costs; null = what the workspace says of its channel.</param>
    public static ImmutableArray<GuardrailVerdict> Check(AgentStep step, ProgramRules? program, string channel, string category, ImmutableArray<SentRecord> sends, Price? cost = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        var rails = step.Rules.Settings.Guardrails;
        var send = new IntendedSend
        {
            Channel = channel,
            Category = category,
            At = step.At,
            Zone = step.Zone,
            Sends = sends,
            LastGoal = LastGoal(step, rails, step.Rules.Goals),
            User = rails.SuppressWhen is null && program?.Definition.Guardrails.SuppressWhen is null ? null : new Membership(step.State, step.At, step.Rules.Settings),
            CategoryOf = one => step.Rules.Find(one.ProgramId)?.Message(one.MessageId)?.Category,
        };
        var reach = ContactTraits.CanReach(step.State, channel);
        var consent = Consent.Allows(channel, category, Statements(step.State));
        return
        [
            new GuardrailVerdict("reach", HoldReason.NotReachable, reach, null, null, null),
            new GuardrailVerdict("consent", HoldReason.NoConsent, consent, null, null, null),
            .. Guardrail.CheckAll(rails, send),
            .. program is null ? [] : Guardrail.CheckAll(
                program.Definition.Guardrails,
                send with { Program = program.Definition.Id, LastGoal = LastGoal(step, program.Definition.Guardrails, program.Definition.Goal.Events) }),
            .. Charging.Check(step, program?.Definition, channel, cost),
        ];
    }

    /// <summary>The refusals among checks, as a decision names them.</summary>
    public static JsonArray Reasons(IEnumerable<GuardrailVerdict> verdicts)
    {
        var reasons = new JsonArray();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var verdict in verdicts)
        {
            if (verdict.Passed || !told.Add(verdict.Id + verdict.Code))
            {
                continue;
            }

            var reason = new JsonObject { ["code"] = verdict.Code, ["guardrailId"] = verdict.Id };
            Put(reason, "value", Json.Of(verdict.Value));
            Put(reason, "limit", Json.Of(verdict.Limit));
            Put(reason, "retryAfter", Json.Of(verdict.RetryAt));
            reasons.Add(reason);
        }

        return reasons;
    }

    // Events stamped a little ahead of our clock count too, as sends do.
    static Instant? LastGoal(AgentStep step, Guardrails rails, FrozenSet<string> goals)
    {
        if (rails.RestAfterGoal is null)
        {
            return null;
        }

        var events = step.State.History.Events;
        for (var i = events.Length - 1; i >= 0; i--)
        {
            if (goals.Contains(events[i].Type))
            {
                return events[i].At;
            }
        }

        return null;
    }

    static void Put(JsonObject into, string name, JsonNode? value)
    {
        if (value is not null)
        {
            into[name] = value;
        }
    }

    static IEnumerable<ConsentStatement> Statements(AgentState state) =>
        state.Consents.Select(entry => new ConsentStatement(entry.Channel, entry.Purpose, entry.Status, entry.At));
}
