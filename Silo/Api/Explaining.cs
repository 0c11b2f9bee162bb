using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Silo.Api;

/// <summary>Explains a stored record. Every number comes from the record or follows from numbers in it.</summary>
static class Explaining
{
    public static ExplainReply Of(ReadOnlyMemory<byte> stored)
    {
        var record = Wire.Object(stored);
        var sets = (record["sets"]?.AsArray() ?? []).Select(set => Set(set!.AsObject())).ToArray();
        return new ExplainReply
        {
            DecisionId = record.Text("id") ?? "",
            UserId = record.Text("userId") ?? "",
            ProgramId = record.Text("programId"),
            ProgramVersion = record["versions"]?.AsObject().Number("program"),
            Verdict = record.Text("verdict") ?? "hold",
            Arm = record.Text("arm"),
            Trigger = record.Text("trigger"),
            DecidedAt = record.Text("decidedAt"),
            Sentences = Sentences(record, sets),
            Context = record["context"]?.DeepClone(),
            Reasons = record["reasons"]?.DeepClone() ?? new JsonArray(),
            Sets = sets,
            Match = record["match"]?.DeepClone() ?? new JsonArray(),
            MessageId = record.Text("messageId"),
            Channel = record.Text("channel"),
            Propensity = record.Number("propensity"),
            PropensityMethod = record.Text("propensityMethod"),
            PropensityStdError = record.Number("propensityStdError"),
            HoldPropensity = record.Number("holdPropensity"),
            SendAt = record.Text("sendAt"),
            SendAtLocal = record.Text("sendAtLocal"),
            ExpiresAt = record.Text("expiresAt"),
            Guardrails = record["guardrails"]?.DeepClone() ?? new JsonArray(),
            TimeZone = record["timeZone"]?.DeepClone(),
            Versions = record["versions"]?.DeepClone(),
            RecordHash = RecordHash.Of(stored.Span),
        };
    }

    static ExplainSet Set(JsonObject set)
    {
        var chosen = set.Text("chosen");
        return new ExplainSet(set.Text("id") ?? "", set.Text("dimension"), chosen, [.. (set["candidates"]?.AsArray() ?? []).Select(one => Candidate(one!.AsObject(), chosen))]);
    }

    static ExplainCandidate Candidate(JsonObject one, string? chosen)
    {
        var (before, after) = (DecisionRecord.ReadBelief(one["prior"]!), DecisionRecord.ReadBelief(one["posterior"]!));
        var (prior, posterior) = (Numbers(one["prior"]!), Numbers(one["posterior"]!));
        var beta = after is ArmPosterior.Beta;
        return new ExplainCandidate(
            one.Text("action") ?? "",
            prior,
            posterior,
            before.Mean,
            beta ? posterior[0] - prior[0] : null,
            beta ? posterior[1] - prior[1] : null,
            after.Mean,
            after.Quantile(0.05),
            after.Quantile(0.95),
            one.Number("draw"),
            one.Number("propensity"),
            one.Text("action") == chosen);
    }

    // A normal law by its mean and deviation, the others by their parameters in order.
    static double[] Numbers(JsonNode belief) =>
        belief is JsonObject normal ? [normal.Number("mean") ?? 0, normal.Number("deviation") ?? 0] : [.. belief.AsArray().Select(number => number!.GetValue<double>())];

    static List<string> Sentences(JsonObject record, ExplainSet[] sets)
    {
        var told = new List<string>
        {
            $"{Cause(record)} {Arm(record)}",
        };
        if (record["context"] is JsonValue context && context.TryGetValue<string>(out var cell))
        {
            told.Add($"The user's state was '{cell}'.");
        }

        if (record["joint"] is JsonObject joint)
        {
            told.Add(Joint(joint));
        }

        told.AddRange(sets.Select(Choice));
        told.Add(Verdict(record));
        told.AddRange((record["guardrails"]?.AsArray() ?? []).Select(one => one!.AsObject()).Where(one => one["passed"]?.GetValue<bool>() == false).Select(Guardrail).Distinct(StringComparer.Ordinal));
        if (record["timeZone"] is JsonObject zone)
        {
            told.Add(zone.Text("asOf") is { } asOf
                ? $"Local time is that of {zone.Text("id")}, known from {zone.Text("source")} since {asOf}."
                : $"Local time is that of {zone.Text("id")}, the workspace's zone: none is known of the user.");
        }

        return told;
    }

    static string Cause(JsonObject record) => record.Text("trigger") switch
    {
        "tick" => "The agent's own schedule woke it.",
        "event" => $"The app asked, because of '{record.Text("event") ?? "an event"}'.",
        _ => "The app asked.",
    };

    static string Joint(JsonObject joint)
    {
        var plan = joint["plan"]!.AsObject();
        return "Effects are believed together, in outcomes a message: of an action, its difference from the average of its set; of silence, what a message takes from the next one. "
            + $"Recent messages weigh {Short(joint.Number("load") ?? 0)}. Of such decisions {Short(100 * (plan.Number("uniform") ?? 0))} % are left to chance, "
            + $"{Short(100 * (1 - (plan.Number("uniform") ?? 0)) * (plan.Number("sampled") ?? 0))} % draw from the belief, the rest takes what is believed best.";
    }

    static string Arm(JsonObject record) => record.Text("arm") switch
    {
        "agentic" when record["uniform"]?.GetValue<bool>() == true => "The user is in the agentic arm and in its random days: every candidate is equally likely.",
        "agentic" => "The user is in the agentic arm: what has worked for this user and users like it is drawn more often.",
        "random" => "The user is in the random arm: every candidate is equally likely, so that agents can be measured against chance.",
        "rules" => "The user is in the rules arm: a fixed sequence of messages.",
        "holdout" => "The user is in the holdout arm: never messaged, so that effects can be measured against silence.",
        var other => $"The user is in the arm '{other}'.",
    };

    static string Choice(ExplainSet set)
    {
        var chosen = set.Candidates.FirstOrDefault(one => one.Chosen);
        if (chosen is null)
        {
            return $"{set.Id}: nothing was chosen.";
        }

        var best = set.Candidates.MaxBy(one => one.Mean)!;
        var draw = chosen.Draw is { } drawn ? $", drew {Short(drawn)}" : "";
        var rival = best.Action == chosen.Action ? "" : $" The highest mean was that of '{best.Action}' ({Short(best.Mean)}): the draw explored.";
        return $"{set.Id}: '{chosen.Action}' of {set.Candidates.Count} (mean {Short(chosen.Mean)}, 90 % interval {Short(chosen.Low)} to {Short(chosen.High)}{draw}, probability {Short(chosen.Propensity ?? 1)}).{rival}";
    }

    static string Verdict(JsonObject record) => record.Text("verdict") == "send"
        ? $"Message '{record.Text("messageId")}' {(record["joint"] is null ? "is the nearest to" : "carries")} these choices; it goes by {record.Text("channel")} (probability {Short(record.Number("propensity") ?? 1)})."
        : $"The agent stays silent: {string.Join(", ", (record["reasons"]?.AsArray() ?? []).Select(reason => reason?["code"]?.GetValue<string>()))}.";

    static string Guardrail(JsonObject one) =>
        $"Guardrail '{one.Text("id")}' did not allow {one.Text("channel") ?? "it"}{(one["value"] is { } value ? $": {value}" : "")}{(one["limit"] is { } limit ? $" against a limit of {limit}" : "")}.";

    static string Short(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
