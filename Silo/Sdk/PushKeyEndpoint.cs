using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Delivery.WebPush;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Sdk;

/// <summary>What a browser subscribes to.</summary>
/// <param name="PublicKey">The deployment's public key: base64url of an uncompressed point of P-256.</param>
public sealed record PushKeyReply(string PublicKey);

/// <summary><c>GET /sdk/push.json</c>: the key that browsers subscribe to; public, as it must be.</summary>
static class PushKeyEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/sdk/push.json", HandleAsync).AllowAnonymous().ExcludeFromDescription();

    static async Task<IResult> HandleAsync(HttpContext context, VapidKeys keys, CancellationToken stop)
    {
        SdkFiles.ForEveryPage(context);
        // Whether pages may subscribe changes with the settings.
        context.Response.Headers.CacheControl = "no-store";
        return keys.Channel is null
            ? Problems.NotFound("key for web push; Delivery:Channels:push:Kind is not", WebPushAdapter.Name)
            : Wire.Json(new PushKeyReply((await keys.KeyAsync(stop)).PublicText));
    }
}
