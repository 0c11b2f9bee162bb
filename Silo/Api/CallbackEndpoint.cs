using System.Text.Json;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Delivery.Callbacks;
using Aampe.Agents.Silo.Delivery.Providers;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Log;
using Microsoft.AspNetCore.Http.Features;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>POST /v1/callbacks/{channel}</c>: what providers report, in their own shape and under their own signature.</summary>
static class CallbackEndpoint
{
    const int LargestBody = 1024 * 1024;
    const string Source = "callback";
    static readonly TimeSpan TooLate = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/callbacks/{channel}", TakeAsync)
            .WithTags("Channels").WithName("Callback").WithSummary("What a provider reports, in its own shape and under its own signature")
            .WithDescription("Durable when answered. A message that is not known is put aside with the dead letters: a provider would only repeat it.")
            .Produces(StatusCodes.Status200OK).Refuses(400, 401, 404, 413);
        routes.MapGet("/v1/callbacks/{channel}", VerifyAsync)
            .WithTags("Channels").WithName("VerifyCallback").WithSummary("A provider makes sure of the callback address")
            .Produces(StatusCodes.Status200OK, contentType: "text/plain").Refuses(401, 404);
    }

    static Task<IResult> VerifyAsync(HttpContext context, string channel, ICallbackReaders readers) => Task.FromResult<IResult>(
        readers.Of(channel) is not { } reader ? Unknown(channel)
        : reader.Challenge(context.Request.Query) is { } answer ? Results.Text(answer)
        : Unsigned("hub.verify_token is not the one that Delivery:Channels:whatsapp:VerifyToken names."));

    static async Task<IResult> TakeAsync(
        HttpContext context, string channel, ICallbackReaders readers, Decisions decisions, KnownNumbers numbers, IGrainFactory grains, IEventLog log, IClock clock, CancellationToken stop)
    {
        if (readers.Of(channel) is not { } reader)
        {
            return Unknown(channel);
        }

        var (body, tooLong) = await BodyAsync(context, stop);
        if (tooLong is not null)
        {
            return tooLong;
        }

        var request = new CallbackRequest(Target(context), context.Request.Headers, context.Request.Query, body);
        if (!reader.IsGenuine(request))
        {
            return Unsigned("The signature is missing, wrong or too old. Check the secret of the channel, and that Http:PublicAddress is what the provider calls.");
        }

        Callback callback;
        try
        {
            callback = reader.Read(request);
        }
        catch (FormatException fault)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_callback", "The callback cannot be read", fault.Message);
        }

        var (events, letters) = (new List<LoggedEvent>(), new List<DeadLetter>());
        var now = clock.Now;
        foreach (var told in callback.Reports.Where(one => DeliveryReports.Names[one.Report.Type!].Length > 0))
        {
            var (stored, agent, _) = told.DecisionId.Length > 0 ? await decisions.FindAsync(told.DecisionId, stop) : (null, default, null);
            var late = told.Report.At is { } at && Instant.From(at) < now - TooLate;
            if (stored is null || late || Wire.Object(stored.Record).Text("verdict") != "send")
            {
                letters.Add(Letter(channel, told, body, now, late ? "too_late" : "unknown_decision"));
                continue;
            }

            events.Add(DeliveryReports.Event(told.DecisionId, agent, Wire.Object(stored.Record).Text("channel"), told.Report, now, Source));
        }

        if (events.Count + letters.Count > 0)
        {
            await log.AppendAsync(events, letters, stop);
        }

        foreach (var number in callback.Stops)
        {
            await StopAsync(channel, number, numbers, grains, now, stop);
        }

        var (type, answer) = reader.Reply;
        return Results.Text(answer, type);
    }

    // In force when the provider is answered: nothing goes to that number after it.
    static async ValueTask StopAsync(string channel, string number, KnownNumbers numbers, IGrainFactory grains, Instant now, CancellationToken stop)
    {
        foreach (var known in await numbers.WhoseAsync(channel, number, stop))
        {
            await foreach (var life in Lives.OfAsync(grains, known))
            {
                await grains.GetGrain<IUserAgent>(life.ToString()).SetConsentAsync(new ConsentStatement(channel, "marketing", "denied", now, "reply", "STOP"));
            }
        }
    }

    // As the provider asked for it, and signed it: no decoding, no order of ours.
    static string Target(HttpContext context) => context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw && raw[0] == '/'
        ? raw
        : context.Request.Path + context.Request.QueryString;

    static async ValueTask<(byte[] Body, Problem? Fault)> BodyAsync(HttpContext context, CancellationToken stop)
    {
        using var buffer = new MemoryStream();
        var part = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(part, stop) is > 0 and var read)
        {
            if (buffer.Length + read > LargestBody)
            {
                return ([], Problems.Of(StatusCodes.Status413PayloadTooLarge, "payload_too_large", "The body is too long", $"A callback has at most {LargestBody} bytes."));
            }

            buffer.Write(part, 0, read);
        }

        return (buffer.ToArray(), null);
    }

    static DeadLetter Letter(string channel, CallbackReport told, byte[] body, Instant now, string reason) => new()
    {
        Id = $"dl_{Core.Canonical.StableHash.Of(body.AsSpan()):x16}{Core.Canonical.StableHash.Of(told.DecisionId, told.Report.Type!, told.Report.ProviderMessageId ?? ""):x16}",
        Tenant = AgentKey.DefaultTenant,
        Source = Source,
        Reason = reason,
        Detail = reason == "too_late"
            ? $"{channel}: '{told.Report.Type}' of {told.Report.At:O} came more than {TooLate.Days} days late."
            : $"{channel}: '{told.Report.Type}' for message '{told.Report.ProviderMessageId}' names decision '{told.DecisionId}', which sent nothing.",
        At = now,
        Trusted = true,
        Payload = JsonSerializer.SerializeToUtf8Bytes(new { channel, told.DecisionId, told.Report.Type, told.Report.ProviderMessageId, told.Report.Code }, Wire.Options),
    };

    static Problem Unknown(string channel) => Problems.NotFound("channel that takes callbacks", channel);

    static Problem Unsigned(string detail) => Problems.Of(StatusCodes.Status401Unauthorized, "invalid_signature", "The callback is not signed as it must be", detail);
}
