using System.Text.Json;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Delivery.WebPush;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Log;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Api;

/// <summary>Body of <c>PUT /v1/users/{id}/channels/push</c>; one of the two.</summary>
/// <param name="Subscription">Of a browser: what <c>PushSubscription.toJSON()</c> gives.</param>
/// <param name="Token">Of a phone: the token of its push service.</param>
public sealed record PushAddressBody(JsonElement? Subscription = null, string? Token = null);

/// <summary>What was taken.</summary>
/// <param name="Channel">push.</param>
public sealed record PushAddressReply(string Channel);

/// <summary><c>PUT /v1/users/{id}/channels/push</c>: where a user is pushed to, as a backend states it. It goes through the log like every other fact about a person.</summary>
static class PushAddressEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/v1/users/{id}/channels/push", HandleAsync)
        .RequireScope(Scopes.ConsentWrite)
        .WithTags("Users").WithName("SetPushAddress").WithSummary("Where the user is pushed to: a browser's subscription, or a phone's token")
        .WithDescription("Durable when answered; the newest replaces the one before. Pages with a write key send the same as context.device.token of any event.")
        .Accepts<PushAddressBody>("application/json").Produces<PushAddressReply>(StatusCodes.Status202Accepted).Refuses(400, 401, 403, 415, 422);

    static async Task<IResult> HandleAsync(HttpContext context, string id, IEventLog log, IClock clock, IOptions<DeliveryOptions> options, CancellationToken stop)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var (body, unreadable) = await JsonBody.ReadAsync<PushAddressBody>(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (Fault(body!, options.Value) is var (pointer, detail))
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_request", "The address is not valid", detail, [new(pointer, "not_allowed", detail)]);
        }

        var token = body!.Subscription is { } subscription ? JsonSerializer.Serialize(subscription) : body.Token!;
        var now = clock.Now;
        var payload = JsonSerializer.SerializeToUtf8Bytes(new { type = "identify", context = new { device = new { token } } });
        await log.AppendAsync(
            [new LoggedEvent { Tenant = agent.Tenant, Agent = agent.Agent, Source = context.Caller().Source, Trusted = context.Caller().Trusted, Kind = EventKind.Identify, Name = "", MessageId = null, OccurredAt = now, ReceivedAt = now, Payload = payload }], [], stop);
        return Wire.Json(new PushAddressReply("push"), StatusCodes.Status202Accepted);
    }

    static (string Pointer, string Detail)? Fault(PushAddressBody body, DeliveryOptions options)
    {
        if (body.Subscription is null == body.Token is null)
        {
            return ("", "State subscription or token, one of them.");
        }

        if (body.Token is { } token)
        {
            return token.Length is 0 or > PushSubscription.Longest ? ("/token", $"token has 1 to {PushSubscription.Longest} characters; it has {token.Length}.") : null;
        }

        var (subscription, fault) = PushSubscription.Read(body.Subscription!.Value);
        return fault is not null ? ("/subscription", fault)
            : PushHosts.Refusal(subscription!.Endpoint, options.PushHosts, options.AllowPrivateAddresses) is { } refusal ? ("/subscription/endpoint", refusal)
            : null;
    }
}
