using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Lane of the timeline.</summary>
public enum Lane
{
    Events,
    Decisions,
    Deliveries,
    Effects,
}

/// <summary>One thing in the life of an agent, as the timeline shows it.</summary>
/// <param name="At">When.</param>
/// <param name="Lane">Where it is drawn.</param>
/// <param name="Kind">Kind, as the silo says it.</param>
/// <param name="What">In a few words.</param>
/// <param name="Detail">The rest of what is known.</param>
/// <param name="DecisionId">Decision that it belongs to.</param>
/// <param name="MessageId">Message id of an event.</param>
public sealed record LifeMoment(DateTimeOffset At, Lane Lane, string Kind, string What, string Detail, string? DecisionId, string? MessageId)
{
    static readonly HashSet<string> Told = ["seq", "kind", "at", "messageId", "decisionId", "name", "value", "verdict", "status", "state", "deltaY", "standardError", "programId", "channel", "receivedAt", "next", "providerMessageId"];

    /// <summary>A send, not a hold.</summary>
    public bool IsSend { get; init; }

    /// <summary>Reads an entry; one without a time has no place on the axis.</summary>
    public static LifeMoment? Read(TimelineEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.At is not { } at)
        {
            return null;
        }

        var r = entry.More.Whole();
        var kind = entry.Kind ?? "event";
        var detail = string.Join(", ", entry.More.Where(f => !Told.Contains(f.Key) && f.Value.ValueKind != System.Text.Json.JsonValueKind.Null).Select(f => $"{f.Key} {f.Value.Shown()}"));
        return new LifeMoment(at, Of(kind), kind, Words(kind, r, entry.MessageId), detail, entry.DecisionId?.Value, entry.MessageId) { IsSend = r.Text("verdict") == "send" };
    }

    static Lane Of(string kind) => kind switch
    {
        "decision" or "planned" or "cancel" => Lane.Decisions,
        "activation" or "delivery" or "paid" or "held" or "expired" => Lane.Deliveries,
        "effect" or "effectRevised" => Lane.Effects,
        _ => Lane.Events,
    };

    static string Words(string kind, System.Text.Json.JsonElement r, string? messageId) => kind switch
    {
        "event" => (r.Text("name") ?? r.Text("type") ?? "event") + (r.Number("value") is { } v ? $", value {Figures.Plain(v, 6)}" : ""),
        "decision" => $"{r.Text("verdict") ?? "decision"}{(messageId is null ? "" : " " + messageId)}{(r.Text("channel") is { } c ? " by " + c : "")}",
        "activation" => $"handed over{(r.Text("channel") is { } c ? " to " + c : "")}{(r.Text("status") is { } s ? ", " + s : "")}",
        "paid" => "paid from " + (r.TryGetProperty("lines", out var lines) && lines.GetArrayLength() == 1 ? "a budget" : "budgets"),
        "delivery" => r.Text("status") ?? "delivery",
        "effectRevised" => $"effect revised by late events to {Figures.WithSign(r.Number("deltaY") ?? 0, 3)} nats",
        "effect" => r.Number("deltaY") is { } d ? $"effect {(r.Number("standardError") is { } s ? Figures.Estimate(d, d - 1.96 * s, d + 1.96 * s) : Figures.WithSign(d, 3))} nats" : $"effect {r.Text("state") ?? "not known"}",
        "consent" => $"consent {r.Text("channel")} {r.Text("status")}",
        "merge" => r.Text("into") is { } into ? $"merged into {into}" : $"merged {r.Text("from")}",
        _ => kind,
    };
}
