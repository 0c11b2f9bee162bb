using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery.WebPush;

/// <summary>Pushes to browsers through their push services (RFC 8030, 8291, 8292). The address of a user is the subscription that the browser gave.</summary>
sealed class WebPushAdapter(ChannelOptions channel, DeliveryOptions options, VapidKeys keys, HttpMessageHandler handler, TimeProvider time) : IChannelAdapter, IDisposable
{
    public const string Name = "webpush";

    static readonly TimeSpan limit = TimeSpan.FromSeconds(10);
    readonly HttpClient http = new(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };

    public string Kind => Name;

    // A message that comes twice has the same topic and the same tag: it replaces itself, at the push service and on the screen.
    public bool Idempotent => true;

    public async Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop)
    {
        var (subscription, fault) = PushSubscription.Read(message.Address ?? "");
        if (subscription is null)
        {
            return Outcomes.Refused(message, "not_a_subscription: " + fault);
        }

        if (PushHosts.Refusal(subscription.Endpoint, options.PushHosts, options.AllowPrivateAddresses) is { } refusal)
        {
            return Outcomes.Refused(message, "endpoint_refused: " + refusal) with { AddressDead = true };
        }

        var copy = PushCopy.Of(message);
        if (copy.Body.Length > PushCipher.MostBytes)
        {
            return Outcomes.Refused(message, string.Create(CultureInfo.InvariantCulture, $"payload_too_large: {copy.Body.Length} bytes, at most {PushCipher.MostBytes}"));
        }

        using var late = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            using var request = Request(subscription, copy, await keys.KeyAsync(both.Token));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return OutcomeOf(message, response);
        }
        catch (HttpRequestException cause) when (cause.InnerException is WebhookTargetException refused)
        {
            return Outcomes.Refused(message, refused.Message);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            return Again(message, cause is HttpRequestException { HttpRequestError: { } error } ? $"connection: {error}" : "connection");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Again(message, "timeout");
        }
    }

    public void Dispose() => http.Dispose();

    HttpRequestMessage Request(PushSubscription subscription, PushCopy copy, VapidKey key)
    {
        using var own = PushCipher.CreateKey();
        var body = PushCipher.Seal(copy.Body, subscription, own, RandomNumberGenerator.GetBytes(PushCipher.SaltLength));
        var request = new HttpRequestMessage(HttpMethod.Post, subscription.Endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentEncoding.Add("aes128gcm");
        request.Headers.TryAddWithoutValidation("Authorization", key.Authorize(subscription.Endpoint, SubjectOf(channel.From), time.GetUtcNow()));
        request.Headers.TryAddWithoutValidation("TTL", copy.SecondsToLive.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("Urgency", "normal");
        request.Headers.TryAddWithoutValidation("Topic", copy.Topic);
        return request;
    }

    /// <summary>Whom a push service may write to.</summary>
    internal static string SubjectOf(string from) => from.StartsWith("https://", StringComparison.Ordinal) || from.StartsWith("mailto:", StringComparison.Ordinal) ? from : "mailto:" + from;

    HandoverOutcome OutcomeOf(ChannelMessage message, HttpResponseMessage response)
    {
        var code = "http " + ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new HandoverOutcome(HandoverStatus.Sent, message.At, null, code, response.Headers.Location?.ToString()),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => Outcomes.Refused(message, "subscription_gone") with { AddressDead = true },
            HttpStatusCode.RequestEntityTooLarge => Outcomes.Refused(message, "payload_too_large"),
            HttpStatusCode.TooManyRequests => Outcomes.Again(message, code, Asked(response)),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => Again(message, code, Asked(response)),
            _ => Outcomes.Refused(message, code),
        };
    }

    TimeSpan Asked(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } span } => span,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => TimeSpan.Zero,
    };

    // It may have been taken: tried again, since a second one replaces the first, and unknown when there is no time left.
    static HandoverOutcome Again(ChannelMessage message, string code, TimeSpan atLeast = default) =>
        RetrySchedule.After(message.DecisionId, message.Attempt, message.At, atLeast) is { } next && next < message.ExpiresAt
            ? new HandoverOutcome(HandoverStatus.Retry, message.At, next, code, null)
            : Outcomes.Unknown(message, $"{code}; no attempt left before {message.ExpiresAt}");
}
