using System.Globalization;
using System.Net;
using System.Text.Json;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Hands messages to an address of the host app, signed as Standard Webhooks says; the decision id is the webhook id, so a repeat can be told.</summary>
sealed class WebhookAdapter(string channel, ChannelOptions options, HttpMessageHandler handler, StoppedEndpoints stopped, TimeProvider time) : IChannelAdapter, IDisposable
{
    public const string Name = "webhook";

    const int LargestAnswer = 64 * 1024;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly HttpClient http = new(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    readonly Uri address = new(options.Url);

    public string Kind => Name;

    public bool Idempotent => true;

    public async Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop)
    {
        if (await stopped.IsStoppedAsync(channel, options.Url, stop))
        {
            return Refused(message, "endpoint_gone");
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            using var request = Request(message);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            await DrainAsync(response, both.Token);
            return await OutcomeAsync(message, response, stop);
        }
        catch (HttpRequestException fault) when (fault.InnerException is WebhookTargetException refused)
        {
            return Refused(message, refused.Message);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return Again(message, fault is HttpRequestException { HttpRequestError: { } error } ? $"connection: {error}" : "connection", TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Again(message, "timeout", TimeSpan.Zero);
        }
    }

    public void Dispose() => http.Dispose();

    HttpRequestMessage Request(ChannelMessage message)
    {
        // Serialised once: these very bytes are signed and sent, and they are the same over all retries.
        var body = Body(message);
        // The header belongs to the transport: receivers compare it with their own clock, also when the silo's is simulated.
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "Aampe.Agents");
        request.Headers.TryAddWithoutValidation("webhook-id", message.DecisionId);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign(options.Secret, message.DecisionId, timestamp, body));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", message.DecisionId);
        return request;
    }

    internal static byte[] Body(ChannelMessage message)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "message.send");
            json.WriteString("timestamp", message.SendAt.ToString());
            json.WriteStartObject("data");
            json.WriteString("decisionId", message.DecisionId);
            json.WriteString(message.Agent.IsUser ? "userId" : "anonymousId", message.Agent.Id);
            json.WriteString("programId", message.ProgramId);
            json.WriteString("channel", message.Channel);
            json.WriteString("address", message.Address);
            json.WriteString("sendAt", message.SendAt.ToString());
            json.WriteString("expiresAt", message.ExpiresAt.ToString());
            json.WritePropertyName("message");
            json.WriteRawValue(message.Message.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    async ValueTask<HandoverOutcome> OutcomeAsync(ChannelMessage message, HttpResponseMessage response, CancellationToken stop)
    {
        var code = "http " + ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        switch (response.StatusCode)
        {
            case >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices:
                return new HandoverOutcome(HandoverStatus.Sent, message.At, null, code, null);
            case HttpStatusCode.Gone:
                await stopped.StopAsync(channel, options.Url, message.At, stop);
                return Refused(message, "endpoint_gone");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError:
                return Again(message, code, Asked(response));
            default:
                return Refused(message, code);
        }
    }

    TimeSpan Asked(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } span } => span,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => TimeSpan.Zero,
    };

    static HandoverOutcome Again(ChannelMessage message, string code, TimeSpan atLeast) =>
        RetrySchedule.After(message.DecisionId, message.Attempt, message.At, atLeast) is { } next && next < message.ExpiresAt
            ? new HandoverOutcome(HandoverStatus.Retry, message.At, next, code, null)
            // The receiver may have taken it and failed afterwards: it counts as sent.
            : new HandoverOutcome(HandoverStatus.Unknown, message.At, null, $"{code}; no attempt left before {message.ExpiresAt}", null);

    static HandoverOutcome Refused(ChannelMessage message, string code) => new(HandoverStatus.Refused, message.At, null, code, null);

    // Read to the end so that the connection can be used again, but never more than a little.
    static async Task DrainAsync(HttpResponseMessage response, CancellationToken stop)
    {
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[8 * 1024];
        for (var left = LargestAnswer; left > 0;)
        {
            var read = await body.ReadAsync(buffer, stop);
            if (read == 0)
            {
                return;
            }

            left -= read;
        }
    }
}
