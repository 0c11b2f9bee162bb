using Aampe.Agents.Core.Agents;
using Aampe.Agents.Grains;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>How long one store keeps what it has of people.</summary>
/// <param name="Store">The store, as receipts name it.</param>
/// <param name="Holds">What is in it.</param>
/// <param name="Days">Days; null = no age takes it away.</param>
/// <param name="Setting">Setting that says so; null = it is fixed.</param>
/// <param name="Until">What takes it away beside age.</param>
/// <param name="Erased">Whether an erasure reaches it.</param>
public sealed record RetentionItem(string Store, string Holds, double? Days, string? Setting, string Until, bool Erased);

/// <summary><c>GET /v1/privacy/retention</c>.</summary>
static class RetentionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/privacy/retention", Handle)
        .RequireScope(Scopes.Privacy)
        .WithTags("Privacy").WithName("Retention").WithSummary("How long each store keeps what it has of people, and whether an erasure reaches it")
        .Produces<PageOf<RetentionItem>>().Refuses(401, 403);

    static IResult Handle(IOptions<LogOptions> log, IOptions<GrainsOptions> agents) => Wire.Json(new PageOf<RetentionItem>(Of(log.Value, agents.Value), null));

    /// <summary>All stores.</summary>
    public static IReadOnlyList<RetentionItem> Of(LogOptions log, GrainsOptions agents) =>
    [
        log.Kind == "Kafka"
            ? new("event-log", "Events as they were sent", null, "retention.ms of the topic", "the topic's own retention; no single record of a topic can be changed", false)
            : new("event-log", "Events as they were sent", log.RetentionDays, "Log:RetentionDays", "applied events of that age, by the day", true),
        new("agents:records", "Attributes, contact points, consents, counters, what was learned", null, null, "erasure", true),
        new("agents:records", "Single events inside the record", AgentHistory.Span.TotalDays, null, "age; counts by the day stay four weeks longer", true),
        new("agents:records", "Message ids, as hashes, and idempotency keys", DedupeWindow.Span.TotalDays, null, "age", true),
        new("agents:journal", "What happened to the user, event by event", null, null, "erasure", true),
        new("agents:decisions", "Decisions with all that they rested on", null, null, "erasure", true),
        new("agents:effects", "Effect receipts", null, null, "erasure", true),
        new("agents:outbox", "Messages on their way", null, null, "their delivery or expiry", true),
        new("dead-letters", "Events that could not be taken", null, null, "erasure", true),
        new("sandbox", "Messages that were kept instead of sent", null, null, "erasure", true),
        new("contact-points", "Whose an address was, by a keyed hash of it", null, null, "erasure", true),
        new("cohorts", "What users have in common, with events of some of them for comparison", agents.CohortMinutes / 1_440.0, "Agents:CohortMinutes", "the next fold takes its place", true),
        new("memory", "The newest 500 events and the last answers, for people who watch", 1, null, "newer ones, or the end of the process", true),
        new("register", "Keyed hashes of who was erased or suppressed", null, null, "nothing: late events are refused by it", false),
        new("receipts", "Requests about people, with keyed hashes", null, null, "nothing: they prove what was done", false),
    ];
}
