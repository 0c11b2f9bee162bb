using System.Security.Cryptography;
using System.Text.Json;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Delivery.Mail;
using Aampe.Agents.Silo.Delivery.Providers;
using Aampe.Agents.Silo.Delivery.WebPush;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Auditing;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Api;

/// <summary>A channel as it is set and as it does.</summary>
/// <param name="Channel">push, email, sms, whatsapp or in_app.</param>
/// <param name="Kind">sandbox, pull, webhook, smtp, fcm, webpush, twilio or whatsapp.</param>
/// <param name="Tested">How the kind was tested: real (end to end), stand-in (against a listener that speaks as the provider documents), sandbox or pull.</param>
/// <param name="Target">Where it goes, without anything secret; null = nowhere.</param>
/// <param name="CallbackUrl">What to enter at the provider; null = it takes none, or Http:PublicAddress is not set.</param>
/// <param name="Taken">Messages that it took, at this silo since it started.</param>
/// <param name="Failed">Attempts that failed, likewise.</param>
/// <param name="LastTakenAt">When it took the last one.</param>
/// <param name="LastFailedAt">When it last failed.</param>
/// <param name="LastFailure">Code of that failure.</param>
/// <param name="Down">Whether it is stopped, since it failed too often.</param>
/// <param name="DownSince">Since when.</param>
public sealed record ChannelItem(
    string Channel, string Kind, string Tested, string? Target, string? CallbackUrl, long Taken, long Failed, string? LastTakenAt, string? LastFailedAt, string? LastFailure, bool Down, string? DownSince);

/// <summary>A test message.</summary>
/// <param name="Address">Address, number or token that it goes to.</param>
public sealed record ChannelTest(string Address);

/// <summary>What became of a test message.</summary>
/// <param name="Status">sent, refused, retry (not taken now; it is not tried again) or unknown.</param>
/// <param name="Code">The channel's code.</param>
/// <param name="ProviderMessageId">The channel's own id.</param>
/// <param name="AddressDead">Whether the channel says that there is no such address.</param>
public sealed record ChannelTestReply(string Status, string Code, string? ProviderMessageId, bool AddressDead);

/// <summary><c>GET /v1/channels</c>, and what operators do with one.</summary>
static class ChannelsEndpoint
{
    const string Scope = "admin:channels";
    const int LongestAddress = 4_096;
    static readonly TimeSpan TestLife = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/channels", List)
            .RequireScope(Scope)
            .WithTags("Channels").WithName("Channels").WithSummary("Every channel: where it goes, how its kind was tested, how it does at this silo")
            .Produces<PageOf<ChannelItem>>().Refuses(401, 403);
        routes.MapPost("/v1/channels/{channel}/test", TestAsync)
            .RequireScope(Scope)
            .WithTags("Channels").WithName("TestChannel").WithSummary("Send a test message to one address, outside of every program")
            .Accepts<ChannelTest>("application/json").Produces<ChannelTestReply>().Refuses(400, 401, 403, 404, 409, 415, 422);
        routes.MapPost("/v1/channels/{channel}/reset", ResetAsync)
            .RequireScope(Scope)
            .WithTags("Channels").WithName("ResetChannel").WithSummary("Let a channel work again that was stopped, at this silo")
            .Produces<ChannelItem>().Refuses(401, 403, 404);
    }

    static IResult List(IChannels channels, ChannelHealth health, IOptions<DeliveryOptions> options, IOptions<HttpOptions> http, ICallbackReaders readers) =>
        Wire.Json(new PageOf<ChannelItem>([.. ProgramJson.Channels.Select(channel => Item(channel, channels, health, options.Value, http.Value, readers))], null));

    static async Task<IResult> ResetAsync(
        HttpContext context, string channel, IAuditLog audit, TimeProvider time, IChannels channels, ChannelHealth health, IOptions<DeliveryOptions> options, IOptions<HttpOptions> http, ICallbackReaders readers, CancellationToken stop)
    {
        if (!ProgramJson.Channels.Contains(channel))
        {
            return Problems.NotFound("channel", channel);
        }

        await audit.AppendAsync(AgentKey.DefaultTenant, Note(context, time, "channel.reset", channel, null), stop);
        health.Reset(channel);
        return Wire.Json(Item(channel, channels, health, options.Value, http.Value, readers));
    }

    static async Task<IResult> TestAsync(HttpContext context, string channel, IAuditLog audit, TimeProvider time, IChannels channels, IClock clock, CancellationToken stop)
    {
        if (!ProgramJson.Channels.Contains(channel))
        {
            return Problems.NotFound("channel", channel);
        }

        var (body, unreadable) = await JsonBody.ReadAsync<ChannelTest>(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (body!.Address.Length is 0 or > LongestAddress || body.Address.Any(char.IsControl))
        {
            var detail = $"address must have 1 to {LongestAddress} characters without control characters; it has {body.Address.Length}.";
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_request", "The address is not valid", detail, [new("/address", "out_of_range", detail)]);
        }

        var adapter = channels.For(channel);
        if (adapter.Kind == PullAdapter.Name)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "nothing_to_call", "The channel calls nobody", $"Messages of '{channel}' are asked for by the app: there is nothing to send a test to.");
        }

        var now = clock.Now;
        var id = "test_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        var message = new ChannelMessage(id, AgentKey.User(AgentKey.DefaultTenant, "channel-test"), channel, "channel-test", body.Address, 1, now, now, now + TestLife, Copy(channel, id));
        var outcome = await adapter.SendAsync(message, stop);
        // Not the address: the trail names people by no more than an id.
        await audit.AppendAsync(AgentKey.DefaultTenant, Note(context, time, "channel.tested", channel, $"{adapter.Kind}: {outcome.Status} {outcome.Code}"), CancellationToken.None);
        return Wire.Json(new ChannelTestReply(outcome.Status.ToString().ToLowerInvariant(), outcome.Code, outcome.ProviderMessageId, outcome.AddressDead));
    }

    static AuditNote Note(HttpContext context, TimeProvider time, string act, string channel, string? summary) =>
        new() { At = Instant.From(time.GetUtcNow()), Actor = context.Caller().Actor, Act = act, Kind = "channel", Subject = channel, Summary = summary };

    // hello_world is the template that every account of WhatsApp begins with.
    static byte[] Copy(string channel, string id) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        id,
        version = 0,
        locale = "en-US",
        category = "service",
        labels = new { },
        content = new
        {
            title = "Test message",
            subject = "Test message",
            body = $"This is a test of the channel {channel}. Nothing else is to be done.",
            template = "hello_world",
            language = "en_US",
        },
        defaulted = Array.Empty<string>(),
    });

    static ChannelItem Item(string channel, IChannels channels, ChannelHealth health, DeliveryOptions options, HttpOptions http, ICallbackReaders readers)
    {
        var kind = channels.For(channel).Kind;
        var state = health.Of(channel);
        return new ChannelItem(
            channel, kind, Tested(kind), options.Channels.TryGetValue(channel, out var set) ? Target(kind, set) : null,
            readers.Of(channel) is null ? null : PublicAddress.Of(http, $"/v1/callbacks/{channel}"),
            state.Taken, state.Failed, state.LastTakenAt?.ToString(), state.LastFailedAt?.ToString(), state.LastFailure.Length > 0 ? state.LastFailure : null,
            state.Breaker.OpenedAt is not null, state.Breaker.OpenedAt?.ToString());
    }

    static string Tested(string kind) => kind switch
    {
        SmtpAdapter.Name or WebhookAdapter.Name => "real",
        FcmAdapter.Name or TwilioAdapter.Name or WhatsAppAdapter.Name or WebPushAdapter.Name => "stand-in",
        PullAdapter.Name => "pull",
        _ => "sandbox",
    };

    // Addresses of webhooks may hold a secret in their path: the host alone tells enough.
    static string? Target(string kind, ChannelOptions options) => kind switch
    {
        SmtpAdapter.Name => $"{options.Host}:{MailConnections.Port(options)}",
        FcmAdapter.Name => new Uri(options.Url.Length > 0 ? options.Url : FcmAdapter.Api).Authority,
        TwilioAdapter.Name => new Uri(options.Url.Length > 0 ? options.Url : TwilioAdapter.Api).Authority,
        WhatsAppAdapter.Name => new Uri(options.Url.Length > 0 ? options.Url : WhatsAppAdapter.Api).Authority,
        WebhookAdapter.Name => new Uri(options.Url).Authority,
        _ => null,
    };
}
