using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Privacy;

/// <summary>All that an agent's record holds of its person, for the person: the summary that people see, contact points, every send, and what was learned in plain words.</summary>
public static class Holdings
{
    /// <summary>Writes it.</summary>
    public static JsonObject Of(AgentState state, AgentRules rules, Instant now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var holdings = AgentSummary.Write(state, rules, now);
        holdings["contactPoints"] = new JsonObject(state.Addresses.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
        holdings["sends"] = Json.Array(state.Sends.Select(send => (JsonNode?)new JsonObject
        {
            ["at"] = send.At.ToString(),
            ["channel"] = send.Channel,
            ["programId"] = Json.OrNull(send.ProgramId),
            ["messageId"] = Json.OrNull(send.MessageId),
        }));
        holdings["recentEvents"] = Json.Array(state.History.Events.Select(e => (JsonNode?)new JsonObject { ["event"] = e.Type, ["at"] = e.At.ToString(), ["value"] = Json.Of(e.Value) }));
        holdings["idempotencyKeys"] = Json.Texts(state.Idempotent.Select(use => use.Key));
        holdings["decisionIds"] = Json.Texts(Enumerable.Range(1, checked((int)state.Ordinal)).Select(ordinal => AgentStep.DecisionId(state, ordinal)));
        holdings["objection"] = Objection.Holds(state.Consents);
        holdings["contributions"] = Contributions.Of(state);
        holdings["learnedInWords"] = Json.Texts(holdings["posteriors"]!.AsArray().Select(row => Sentence(row!.AsObject())));
        return holdings;
    }

    /// <summary>One row of what was learned as a sentence.</summary>
    public static string Sentence(JsonObject row)
    {
        ArgumentNullException.ThrowIfNull(row);
        string Text(string field) => row[field]?.ToString() ?? "";
        var where = Text("context").Length > 0 ? $" while its situation was {Text("context")}" : "";
        var what = $"Program {Text("programId")}, {Text("set")} = {Text("action")}{where}: ";
        var seen = Text("model") == "joint"
            ? $"{Text("trials")} days with it were compared with days without"
            : $"{Text("trials")} messages were measured, {Text("wins")} of them followed by more than usual";
        if (Number(row, "mean") is not { } mean || Number(row, "low") is not { } low || Number(row, "high") is not { } high)
        {
            return $"{what}{seen}; its program is no longer live.";
        }

        return Text("model") == "beta"
            ? $"{what}{seen}. It is believed to work with a chance of {Percent(mean)} (between {Percent(low)} and {Percent(high)} in nine cases of ten), beginning with what was known of {Text("priorUsers")} other people."
            : $"{what}{seen}. It is believed to change the outcome by {Figure(mean)} (between {Figure(low)} and {Figure(high)} in nine cases of ten), beginning with what was known of {Text("priorUsers")} other people.";
    }

    static double? Number(JsonObject row, string field) => row[field] is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    static string Figure(double value) => value.ToString("+0.000;-0.000;0", CultureInfo.InvariantCulture);
}
