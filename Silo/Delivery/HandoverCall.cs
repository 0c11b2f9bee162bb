using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Delivery.Providers;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>The one call of a hand-over that was marked: copy, adapter, and what is known afterwards.</summary>
sealed class HandoverCall(IChannels channels, ChannelHealth health, KnownNumbers numbers, DecisionCopy copy, ILogger<HandoverCall> log)
{
    const string Source = "channel";

    /// <summary>Renders the message and makes the call.</summary>
    public async Task<HandoverOutcome> SendAsync(OutboxRow row, HandoverTicket ticket, Instant at, CancellationToken stop)
    {
        var key = AgentKey.Parse(row.Agent);
        var adapter = channels.For(row.Channel);
        var record = JsonNode.Parse(ticket.Record)!.AsObject();
        ChannelMessage message;
        try
        {
            var body = await copy.MessageAsync(key.Tenant, record, ticket.Attributes, stop);
            message = new ChannelMessage(
                row.DecisionId, key, row.Channel, record["programId"]!.GetValue<string>(), ticket.Address, ticket.Attempt, at,
                Time(record, "sendAt"), Time(record, "expiresAt"), JsonSerializer.SerializeToUtf8Bytes(body));
        }
        catch (RenderException fault)
        {
            DeliveryLog.Unrenderable(log, row.DecisionId, fault.Code, fault.Message);
            return new HandoverOutcome(HandoverStatus.Refused, at, null, "render: " + fault.Code, null) { NothingTaken = true };
        }

        HandoverOutcome outcome;
        try
        {
            if (adapter.TakesReplies && message.Address is { Length: > 0 } address)
            {
                await numbers.KnowAsync(key, row.Channel, address, stop);
            }
        }
        catch (StoreUnavailableException)
        {
            return Outcomes.Again(message, "store", TimeSpan.Zero);
        }

        try
        {
            // A call that cannot be repeated is not cut when the silo stops: its own limit ends it in time.
            outcome = await adapter.SendAsync(message, adapter.Idempotent ? stop : CancellationToken.None);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // An adapter tells every outcome it knows; what it throws it does not know.
            var next = adapter.Idempotent ? RetrySchedule.After(row.DecisionId, ticket.Attempt, at, TimeSpan.Zero) : null;
            var status = next is null ? HandoverStatus.Unknown : HandoverStatus.Retry;
            DeliveryLog.AdapterFailed(log, adapter.Kind, row.DecisionId, status.ToString(), fault);
            outcome = new HandoverOutcome(status, at, next, fault.GetType().Name, null);
        }

        health.Note(row.Channel, outcome);
        return outcome;
    }

    /// <summary>What the channel said beside its answer, as events for the agent: that the address is dead, that the user has unsubscribed there.</summary>
    public static IReadOnlyList<LoggedEvent> Learnt(OutboxRow row, HandoverTicket ticket, HandoverOutcome outcome)
    {
        var reports = new List<DeliveryReport>();
        if (outcome.AddressDead && ticket.Address is { } dead)
        {
            reports.Add(new DeliveryReport { Type = "bounced", Code = outcome.Code, AddressDead = true, Address = dead });
        }

        if (outcome.OptedOut)
        {
            reports.Add(new DeliveryReport { Type = "unsubscribed", Code = outcome.Code });
        }

        return [.. reports.Select(report => DeliveryReports.Event(row.DecisionId, AgentKey.Parse(row.Agent), row.Channel, report, outcome.At, Source))];
    }

    static Instant Time(JsonObject record, string field) =>
        Instant.From(DateTimeOffset.Parse(record[field]!.GetValue<string>(), CultureInfo.InvariantCulture));
}
