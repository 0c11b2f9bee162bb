using System.Text.Json;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Cards;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Api;

/// <summary>What was taken.</summary>
/// <param name="Accepted">Reports that are durable now.</param>
/// <param name="Ignored">Hints that change nothing: converted. Learning uses the event stream.</param>
public sealed record DeliveryReply(int Accepted, int Ignored);

/// <summary><c>POST /v1/decisions/{id}/events</c>: reports go through the log, like every other event.</summary>
static class DeliveryEventsEndpoint
{
    const int Most = 100;
    static readonly TimeSpan TooLate = TimeSpan.FromDays(30);

    // What a person does with a message. The rest voids messages or withdraws consent, which only a trusted source may.
    static readonly string[] OfUsers = ["delivered", "opened", "clicked", "dismissed"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/decisions/{id}/events", HandleAsync)
        .RequireScopeOrUserToken(Scopes.NextMessage)
        .WithTags("Decisions").WithName("ReportDelivery").WithSummary("Report what became of a message")
        .WithDescription("An array of 1 to 100 reports, or one report. Durable when answered; a status never moves backwards; the same report twice counts once. A user token may report delivered, opened, clicked and dismissed on its own user's decisions.")
        .Accepts<DeliveryReport[]>("application/json").Produces<DeliveryReply>(StatusCodes.Status202Accepted).Refuses(400, 401, 403, 404, 409, 415, 422);

    static async Task<IResult> HandleAsync(HttpContext context, string id, Decisions decisions, KeyRing keys, IEventLog log, IClock clock, CancellationToken stop)
    {
        var caller = context.Caller();
        if (await BrowserOrigins.RefusalAsync(context, keys, stop) is { } refused)
        {
            return refused;
        }

        var (reports, alone, malformed) = await ReadAsync(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var (stored, agent, unknown) = await decisions.FindAsync(id, stop);
        if (unknown is not null)
        {
            return unknown;
        }

        if (caller.User is { } own && own != agent.ToString())
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "user_token_only", "The decision is another user's", "A user token may report on the decisions of the user that it was made for, and of nobody else.");
        }

        var now = clock.Now;
        if (Check(reports, alone, now) is { } fault)
        {
            return fault;
        }

        if (caller.Kind == CallerKind.User && reports.FirstOrDefault(report => !OfUsers.Contains(report.Type!)) is { Type: { } beyond })
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "user_token_only", "A user token cannot report this", $"'{beyond}' is for backends and providers; a user token may report {string.Join(", ", OfUsers)}.");
        }

        var record = Wire.Object(stored!.Record);
        if (record.Text("verdict") != "send")
        {
            return Problems.Of(StatusCodes.Status409Conflict, "not_a_send", "The decision sends nothing", $"Decision '{id}' is a hold: there is no message that could be delivered, opened or clicked.");
        }

        var channel = record.Text("channel");
        var events = reports.Where(report => DeliveryReports.Names[report.Type!].Length > 0).Select(report => Of(caller, DeliveryReports.Event(id, agent, channel, report, now))).ToArray();
        await log.AppendAsync(events, [], stop);
        return Wire.Json(new DeliveryReply(events.Length, reports.Length - events.Length), StatusCodes.Status202Accepted);
    }

    static async ValueTask<(DeliveryReport[] Reports, bool Alone, Problem? Fault)> ReadAsync(HttpContext context)
    {
        var (bytes, unreadable) = await Bodies.BytesAsync(context);
        if (unreadable is not null)
        {
            return ([], false, unreadable);
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? (document.RootElement.Deserialize<DeliveryReport[]>(Wire.Options)!, false, null)
                : ([document.RootElement.Deserialize<DeliveryReport>(Wire.Options)!], true, null);
        }
        catch (JsonException cause)
        {
            return ([], false, JsonFaults.Of(cause));
        }
    }

    static Problem? Check(DeliveryReport[] reports, bool alone, Instant now)
    {
        if (reports.Length is 0 or > Most)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_request", "The reports are not valid", $"Send 1 to {Most} reports; there are {reports.Length}.");
        }

        for (var i = 0; i < reports.Length; i++)
        {
            var place = alone ? "" : $"/{i}";
            if (reports[i]?.Type is not { } type || !DeliveryReports.Names.ContainsKey(type))
            {
                var detail = $"type must be one of {string.Join(", ", DeliveryReports.Names.Keys)}; it is '{reports[i]?.Type}'.";
                return Problems.Of(StatusCodes.Status422UnprocessableEntity, "unknown_type", "The report is not valid", detail, [new($"{place}/type", "unknown_type", detail)]);
            }

            if (reports[i].At is { } at && Instant.From(at) < now - TooLate)
            {
                var detail = $"at is {Instant.From(at)}, more than {TooLate.Days} days before {now}.";
                return Problems.Of(StatusCodes.Status422UnprocessableEntity, "too_late", "The report is too late", detail, [new($"{place}/at", "too_late", detail)]);
            }
        }

        return null;
    }

    // What a browser says is as trusted as its source, and no more.
    static LoggedEvent Of(Caller caller, LoggedEvent report) => caller.Kind == CallerKind.User ? report with { Source = caller.Source, Trusted = false } : report;
}
