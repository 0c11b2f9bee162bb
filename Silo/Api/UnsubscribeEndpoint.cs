using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery.Unsubscribing;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>GET</c> and <c>POST /v1/unsubscribe/{token}</c>: for people and their mail readers, without a login (RFC 8058).</summary>
static class UnsubscribeEndpoint
{
    const string Source = "one-click";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/unsubscribe/{token}", AskAsync)
            .WithTags("Users").WithName("AskUnsubscribe").WithSummary("The page behind the unsubscribe link of a message: a button, and no effect")
            .Produces(StatusCodes.Status200OK, contentType: "text/html").Refuses(400);
        routes.MapPost("/v1/unsubscribe/{token}", UnsubscribeAsync)
            .WithTags("Users").WithName("Unsubscribe").WithSummary("Unsubscribe with one click: denies marketing on the channel of the message; again changes nothing")
            .Produces(StatusCodes.Status200OK, contentType: "text/html").Refuses(400);
    }

    static async Task<IResult> AskAsync(HttpContext context, string token, UnsubscribeLinks links, Decisions decisions, CancellationToken stop)
    {
        if (await links.DecisionOfAsync(token, stop) is not { } id)
        {
            return Altered(context);
        }

        var (stored, _, _) = await decisions.FindAsync(id, stop);
        // Of whom nothing is kept any more, nothing is asked.
        return stored is null ? UnsubscribePage.Done() : UnsubscribePage.Asks(Wire.Object(stored.Record).Text("channel") ?? "");
    }

    static async Task<IResult> UnsubscribeAsync(
        HttpContext context, string token, UnsubscribeLinks links, Decisions decisions, IGrainFactory grains, IEventLog log, IClock clock, CancellationToken stop)
    {
        if (await links.DecisionOfAsync(token, stop) is not { } id)
        {
            return Altered(context);
        }

        var (stored, agent, _) = await decisions.FindAsync(id, stop);
        if (stored is null || Wire.Object(stored.Record).Text("channel") is not { } channel)
        {
            return UnsubscribePage.Done();
        }

        var now = clock.Now;
        var statement = new ConsentStatement(channel, "marketing", "denied", now, Source, id);
        var stated = false;
        await foreach (var life in Lives.OfAsync(grains, agent))
        {
            var grain = grains.GetGrain<IUserAgent>(life.ToString());
            if (!IsDenied((await grain.SnapshotAsync()).Json, channel))
            {
                await grain.SetConsentAsync(statement);
                stated = true;
            }
        }

        if (stated)
        {
            // The consent is in force already; the event tells the agent that this message was one too many. Its moment is the statement's, which it does not repeat.
            var report = new DeliveryReport { Type = "unsubscribed", At = DateTimeOffset.FromUnixTimeMilliseconds(now.UnixMilliseconds) };
            await log.AppendAsync([DeliveryReports.Event(id, agent, channel, report, now, Source)], [], stop);
        }

        return UnsubscribePage.Done();
    }

    // Statements stand newest first.
    static bool IsDenied(byte[] snapshot, string channel) =>
        snapshot.Length > 0 && Wire.Object(snapshot)["consent"]?.AsArray()
            .Select(one => one!.AsObject()).FirstOrDefault(one => one.Text("purpose") == "marketing" && (one.Text("channel") == channel || one.Text("channel") == "*"))?.Text("status") == "denied";

    static IResult Altered(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? UnsubscribePage.Altered()
            : Problems.Of(StatusCodes.Status400BadRequest, "invalid_token", "The link is not valid", "The token is incomplete, altered or put together; open the link from the message again.");
}
