using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>A statement about consent.</summary>
/// <param name="Channel">push, email, sms, whatsapp, in_app, or * for all.</param>
/// <param name="Status">granted, denied or unknown.</param>
/// <param name="Purpose">marketing (when absent) or service.</param>
/// <param name="Source">Who states it.</param>
/// <param name="Proof">Text version, form id.</param>
public sealed record ConsentBody(string Channel, string Status, string? Purpose = null, string? Source = null, string? Proof = null);

/// <summary>A statement as stored.</summary>
public sealed record ConsentItem(string Channel, string Purpose, string Status, string At, string Source, string? Proof);

/// <summary><c>PUT</c> and <c>GET /v1/users/{id}/consent</c>.</summary>
static class ConsentEndpoint
{
    const int LongestText = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/users/{id}/consent", PutAsync)
            .RequireScope(Scopes.ConsentWrite)
            .WithTags("Users").WithName("SetConsent").WithSummary("Note a consent; the newest wins, a denial reaches open decisions at once")
            .Accepts<ConsentBody>("application/json").Produces<ConsentItem>().Refuses(400, 401, 403, 415, 422);
        routes.MapGet("/v1/users/{id}/consent", GetAsync)
            .RequireScope(Scopes.UsersRead)
            .WithTags("Users").WithName("Consent").WithSummary("All consent statements of a user, newest first")
            .Produces<PageOf<ConsentItem>>().Refuses(400, 401, 403);
    }

    static async Task<IResult> PutAsync(HttpContext context, string id, IGrainFactory grains, IClock clock)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var (body, unreadable) = await JsonBody.ReadAsync<ConsentBody>(context);
        if ((unreadable ?? Check(body!)) is { } fault)
        {
            return fault;
        }

        var statement = new ConsentStatement(body!.Channel, body.Purpose ?? "marketing", body.Status, clock.Now, body.Source ?? "api", body.Proof);
        // An anonymous id that belongs to a known user by now: what is said of the one holds for the other.
        await foreach (var life in Lives.OfAsync(grains, agent))
        {
            await grains.GetGrain<IUserAgent>(life.ToString()).SetConsentAsync(statement);
        }

        return Wire.Json(new ConsentItem(statement.Channel, statement.Purpose, statement.Status, statement.At.ToString(), statement.Source, statement.Proof is { Length: > 0 } proof ? proof : null));
    }

    static async Task<IResult> GetAsync(HttpContext context, string id, IGrainFactory grains)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        if (malformed is not null)
        {
            return malformed;
        }

        await foreach (var life in Lives.OfAsync(grains, agent))
        {
            agent = life;
        }

        var snapshot = await grains.GetGrain<IUserAgent>(agent.ToString()).SnapshotAsync();
        var stated = snapshot.Json.Length == 0 ? [] : Wire.Object(snapshot.Json)["consent"]?.AsArray() ?? [];
        return Wire.Json(new PageOf<JsonNode?>([.. stated], null));
    }

    static Problem? Check(ConsentBody body)
    {
        var faults = new List<ProblemError>();
        OneOf(faults, "channel", body.Channel, [.. ProgramJson.Channels, "*"]);
        OneOf(faults, "purpose", body.Purpose ?? "marketing", ["marketing", "service"]);
        OneOf(faults, "status", body.Status, ["granted", "denied", "unknown"]);
        Short(faults, "source", body.Source);
        Short(faults, "proof", body.Proof);
        return faults.Count == 0 ? null : Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_consent", "The consent is not valid", faults[0].Detail, faults);
    }

    static void OneOf(List<ProblemError> faults, string field, string value, string[] allowed)
    {
        if (!allowed.Contains(value))
        {
            faults.Add(new ProblemError("/" + field, "not_allowed", $"{field} must be one of {string.Join(", ", allowed)}; it is '{value}'."));
        }
    }

    static void Short(List<ProblemError> faults, string field, string? value)
    {
        if (value?.Length > LongestText)
        {
            faults.Add(new ProblemError("/" + field, "out_of_range", $"{field} has {value.Length} characters; at most {LongestText}."));
        }
    }
}
