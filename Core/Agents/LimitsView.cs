using System.Text.Json.Nodes;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>What limits say of one user at one moment, as JSON for people (docs/api): every verdict, what is used and left, the local clock. Nothing is changed.</summary>
public static class LimitsView
{
    /// <summary>Looks at a user.</summary>
    /// <param name="state">The user's agent.</param>
    /// <param name="rules">What it goes by.</param>
    /// <param name="program">A live or paused program; null = the workspace's limits alone.</param>
    /// <param name="channel">push, email, sms, whatsapp or in_app.</param>
    /// <param name="category">marketing, service or transactional.</param>
    /// <param name="at">The moment asked about; never before the agent's last.</param>
    public static JsonObject Write(AgentState state, AgentRules rules, ProgramRules? program, string channel, string category, Instant at)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rules);
        var step = new AgentStep(state, rules, at);
        var verdicts = new List<GuardrailVerdict>();
        if (rules.Settings.KillSwitch)
        {
            verdicts.Add(Refused(HoldReason.KillSwitch));
        }

        if (program is { Definition: var definition })
        {
            verdicts.Add(new GuardrailVerdict(definition.Id, HoldReason.Paused, definition.State == ProgramState.Live, null, null, null));
            verdicts.Add(new GuardrailVerdict(definition.Id, HoldReason.Shadow, definition.Mode == ProgramMode.Active, null, null, null));
            var unreached = Reaching.Refusal(step, definition)?["code"]?.GetValue<string>();
            verdicts.Add(new GuardrailVerdict(definition.Id, HoldReason.NotInAudience, unreached != HoldReason.NotInAudience, null, null, null));
            verdicts.Add(new GuardrailVerdict(definition.Id, HoldReason.Ramp, Reaching.IsRamped(definition, state.Id), null, null, null));
        }

        verdicts.AddRange(Allowing.Check(step, program, channel, category, Handovers.Counted(step, null)));
        Guardrails[] rails = program is null ? [rules.Settings.Guardrails] : [rules.Settings.Guardrails, program.Definition.Guardrails];
        return new JsonObject
        {
            ["userId"] = state.Id,
            ["known"] = state.FirstSeen != Instant.Latest,
            ["at"] = step.At.ToString(),
            ["localTime"] = LocalTime.Text(step.At, step.Zone.Id),
            ["timeZone"] = Zone(state, step),
            ["channel"] = channel,
            ["category"] = category,
            ["passed"] = verdicts.TrueForAll(one => one.Passed),
            ["verdicts"] = Json.Array(verdicts.Select(one => (JsonNode?)Verdict(one, rules, program))),
            ["calendar"] = Calendar(WeekCalendar.Of(rails, channel, step.Zone, step.At)),
        };
    }

    /// <summary>A calendar as JSON: a date and 24 words a day.</summary>
    public static JsonArray Calendar(IEnumerable<CalendarDay> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        return Json.Array(days.Select(day => (JsonNode?)new JsonObject
        {
            ["date"] = day.Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["hours"] = Json.Texts(day.Hours.Select(hour => hour.ToString().ToLowerInvariant())),
        }));
    }

    static JsonObject Zone(AgentState state, AgentStep step) => new()
    {
        ["id"] = step.Zone.Id,
        ["source"] = step.Zone.Source,
        ["asOf"] = state.Zone is null ? null : step.Zone.AsOf.ToString(),
        // Until a change has settled, both are kept.
        ["beside"] = step.Zone.EarlierAt(step.At),
    };

    static JsonObject Verdict(GuardrailVerdict one, AgentRules rules, ProgramRules? program)
    {
        var counted = one.Code is HoldReason.CapChannel or HoldReason.CapOverall;
        return new JsonObject
        {
            ["id"] = one.Id,
            ["code"] = one.Code,
            ["scope"] = program is not null && IsOf(program.Definition.Guardrails, one) && !IsOf(rules.Settings.Guardrails, one) ? "program" : "workspace",
            ["text"] = Words(one, rules, program),
            ["passed"] = one.Passed,
            ["value"] = Json.Of(one.Value),
            ["limit"] = Json.Of(one.Limit),
            ["left"] = counted ? Math.Max(0, one.Limit!.Value - one.Value!.Value) : null,
            ["retryAfter"] = Json.Of(one.RetryAt),
        };
    }

    static bool IsOf(Guardrails rails, GuardrailVerdict one) =>
        rails.Id == one.Id || rails.Caps.Any(cap => cap.Id == one.Id) || rails.Quiet.Any(window => window.Id == one.Id) || rails.Blackouts.Any(blackout => blackout.Id == one.Id) || rails.Budgets.Any(budget => budget.Id == one.Id);

    static string Words(GuardrailVerdict one, AgentRules rules, ProgramRules? program)
    {
        foreach (var (rails, ofProgram) in new[] { (rules.Settings.Guardrails, false), (program?.Definition.Guardrails ?? Guardrails.None, true) })
        {
            var words = one.Code switch
            {
                HoldReason.CapChannel or HoldReason.CapOverall => rails.Caps.FirstOrDefault(cap => cap.Id == one.Id) is { } cap ? LimitWords.Of(cap, ofProgram) : null,
                HoldReason.QuietHours => rails.Quiet.FirstOrDefault(window => window.Id == one.Id) is { } window ? LimitWords.Of(window) : null,
                HoldReason.Blackout => rails.Blackouts.FirstOrDefault(blackout => blackout.Id == one.Id) is { } blackout ? LimitWords.Of(blackout) : null,
                HoldReason.Budget => rails.Budgets.FirstOrDefault(budget => budget.Id == one.Id) is { } budget ? LimitWords.Of(budget, ofProgram) : null,
                HoldReason.MinGap when rails.Id == one.Id && rails.MinGap is { } gap => LimitWords.Gap(gap),
                HoldReason.RecentlyConverted when rails.Id == one.Id && rails.RestAfterGoal is { } rest => LimitWords.Rest(rest, ofProgram),
                HoldReason.SuppressedUser when rails.Id == one.Id && rails.SuppressWhen is { } rule => $"nobody of whom this holds: {Audiences.AudienceText.Of(rule)}",
                _ => null,
            };
            if (words is not null)
            {
                return words;
            }
        }

        return one.Code switch
        {
            HoldReason.NotReachable => "an address or token for the channel",
            HoldReason.NoConsent => "consent for the channel and purpose",
            HoldReason.NotInAudience => "the program's audience",
            HoldReason.Ramp => "the program's ramp",
            HoldReason.Shadow => "a program that acts, not only watches",
            HoldReason.Paused => "a live program",
            HoldReason.KillSwitch => "the kill switch is off",
            _ => one.Id,
        };
    }

    static GuardrailVerdict Refused(string code) => new(code, code, false, null, null, null);
}
