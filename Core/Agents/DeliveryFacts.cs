using System.Collections.Immutable;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>Facts about deliveries among the events. Telemetry is never an outcome: an untreated user cannot have it (method §1).</summary>
public static class DeliveryFacts
{
    /// <summary>How long a send is remembered: the longest cap.</summary>
    public static readonly TimeSpan SendsKept = TimeSpan.FromDays(35);

    /// <summary>Takes a reserved event.</summary>
    /// <returns>True when the event is telemetry and stays out of the user's events.</returns>
    public static bool TakeTelemetry(AgentStep step, in IncomingEvent e, EventFacts facts)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(facts);
        switch (e.Name)
        {
            case "Message Delivered":
            case "Message Opened":
            case "Message Clicked":
            case "Message Dismissed":
                Progress(step, e, facts, e.Name["Message ".Length..].ToLowerInvariant());
                return true;
            case "Message Bounced":
            case "Message Failed":
                Void(step, e, facts);
                Bury(step, e, facts);
                return true;
            case "Message Unsubscribed":
                Unsubscribe(step, e, facts);
                return false;
            case "External Message Sent":
                if (e.Trusted)
                {
                    step.State = step.State with { Sends = WithSend(step.State.Sends, new SentRecord(e.OccurredAt, facts.Channel ?? "", "", ""), step.At) };
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>The list of sends with one more, in order of time, without those that no cap counts any longer.</summary>
    public static ImmutableArray<SentRecord> WithSend(ImmutableArray<SentRecord> sends, SentRecord send, Instant now)
    {
        var kept = sends.RemoveAll(one => one.At < now - SendsKept);
        var at = kept.Length;
        while (at > 0 && kept[at - 1].At > send.At)
        {
            at--;
        }

        return kept.Insert(at, send);
    }

    /// <summary>From when on no send is missing: those that no cap counts any longer go with the next one that comes.</summary>
    public static Instant SendsKnownSince<T>(ImmutableArray<T> sends, Instant now) => sends.IsEmpty ? Instant.Earliest : now - SendsKept;

    // Status only moves forward: late or repeated callbacks change nothing.
    static void Progress(AgentStep step, in IncomingEvent e, EventFacts facts, string what)
    {
        if (Known(step, facts) is not { IsSend: true } decision || Rank(what) <= Rank(decision.Delivery))
        {
            return;
        }

        step.Change(decision with { Delivery = what });
        step.Tell("delivery", e.OccurredAt, ("decisionId", decision.Id), ("status", what));
    }

    static int Rank(string what) => what switch
    {
        "delivered" => 1,
        "opened" => 2,
        "clicked" => 3,
        "dismissed" => 3,
        _ => 0,
    };

    static void Void(AgentStep step, in IncomingEvent e, EventFacts facts)
    {
        // The id alone proves nothing, since links carry it, and what voids a message gives its caps back: only a trusted source may. A message
        // that was opened did arrive, whatever comes after.
        if (!e.Trusted || Known(step, facts) is not { Stage: DecisionStage.Activated or DecisionStage.Unknown } decision || Rank(decision.Delivery) >= Rank("opened"))
        {
            return;
        }

        Handovers.Fail(step, decision, e.OccurredAt, e.Name == "Message Bounced" ? Handovers.Bounced : "failed");
    }

    // Only who may state facts about people: with a key that browsers carry, anybody could cut anybody off.
    static void Bury(AgentStep step, in IncomingEvent e, EventFacts facts)
    {
        if (!e.Trusted || facts.DeadAddress is not { } dead || (facts.Channel ?? Known(step, facts)?.Channel) is not { } channel)
        {
            return;
        }

        var left = DeadAddresses.Without(step.State.Addresses, channel, dead);
        if (!ReferenceEquals(left, step.State.Addresses))
        {
            step.State = step.State with { Addresses = left };
            step.Tell("unreachable", e.OccurredAt, ("channel", channel), ("decisionId", facts.DecisionId));
        }
    }

    static void Unsubscribe(AgentStep step, in IncomingEvent e, EventFacts facts)
    {
        var decision = Known(step, facts);
        // Mail is unsubscribed from weeks after it came: then the id alone tells that it was ours.
        if (decision is null && !e.Trusted && !(facts.DecisionId is { } id && step.IsOurs(id)))
        {
            return;
        }

        // A name that is no channel would withdraw nothing.
        var channel = facts.Channel is "push" or "email" or "sms" or "whatsapp" or "in_app" ? facts.Channel : decision?.Channel ?? "*";
        var at = e.OccurredAt;
        // The page of the link in the mail has stated it already, with the same moment, before it answered.
        if (!step.State.Consents.Any(entry => entry.At == at && entry.Channel == channel && entry is { Purpose: "marketing", Status: "denied" }))
        {
            Consenting.State(step, new ConsentEntry(channel, "marketing", "denied", at, "unsubscribe", e.MessageId ?? ""));
        }
    }

    static LiveDecision? Known(AgentStep step, EventFacts facts) => facts.DecisionId is { } id ? step.State.Find(id) : null;
}
