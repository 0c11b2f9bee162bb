using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Ingest;

/// <summary><c>GET /v1/events/tail</c>: events as they come in, as server-sent events.</summary>
public static class EventTailEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/v1/events/tail", Tail)
        .RequireScope(Scopes.UsersRead)
        .WithTags("Events")
        .WithSummary("Events as they come in, accepted and put aside, as server-sent events")
        .WithDescription("First the newest ones (recent, 0 to 500, default 50) since this silo started, then each as it becomes durable. userId, anonymousId and source narrow it. Resumes after Last-Event-ID. Names and ids only: an event's values are not shown.");

    static IResult Tail(HttpContext context, EventTail tail, string? userId = null, string? anonymousId = null, string? source = null, int recent = 50, CancellationToken stop = default)
    {
        if (recent is < 0 or > EventTail.Kept)
        {
            return Problems.Of(400, "malformed", "The request cannot be read", $"recent must be 0 to {EventTail.Kept}; was {recent}.");
        }

        var after = long.TryParse(context.Request.Headers["Last-Event-ID"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        bool Wanted(TailEvent one) => (userId is null || one.UserId == userId) && (anonymousId is null || one.AnonymousId == anonymousId) && (source is null || one.Source == source);
        return TypedResults.ServerSentEvents(ItemsAsync(tail, after, recent, Wanted, stop));
    }

    static async IAsyncEnumerable<SseItem<TailEvent>> ItemsAsync(EventTail tail, long after, int most, Func<TailEvent, bool> wanted, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var one in tail.ReadAsync(after, most, wanted, stop))
        {
            yield return new SseItem<TailEvent>(one, one.Reason is null ? "event" : "deadLetter") { EventId = one.Number.ToString(CultureInfo.InvariantCulture) };
        }
    }
}
