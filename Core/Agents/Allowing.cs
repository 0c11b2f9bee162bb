using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Guarding;

namespace Aampe.Agents.Core.Agents;

/// <summary>Whether a channel may speak to the user now: reach, consent, the workspace's limits and the program's, all of them.</summary>
public static class Allowing
{
    /// <summary>Every check, passed or not, in a fixed order.</summary>
    /// <param name="step">The step; its moment is the hand-over.</param>
    /// <param name="program">The program that wants to speak.</param>
    /// <param name="channel">Channel.</param>
    /// <param name="category">marketing, service or transactional.</param>
    /// <param name="sends">Sends that count.</param>
    public static ImmutableArray<GuardrailVerdict> Check(AgentStep step, ProgramRules program, string channel, string category, ImmutableArray<SentRecord> sends)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        var reach = ContactTraits.CanReach(step.State, channel);
        var consent = Consent.Allows(channel, category, Statements(step.State));
        return
        [
            new GuardrailVerdict("reach", HoldReason.NotReachable, reach, null, null, null),
            new GuardrailVerdict("consent", HoldReason.NoConsent, consent, null, null, null),
            .. Guardrail.CheckAll(step.Rules.Settings.Guardrails, channel, step.At, step.Zone, sends.AsSpan()),
            .. Guardrail.CheckAll(program.Definition.Guardrails, channel, step.At, step.Zone, sends.AsSpan()),
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
