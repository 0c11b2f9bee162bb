using System.Globalization;
using System.Text.Json;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>Calls to one provider: no redirect, 10 s, 64 KB of the answer, and only to where calls may go.</summary>
sealed class ProviderHttp(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    const int LargestAnswer = 64 * 1024;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly HttpClient http = new(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Makes one call.</summary>
    public async Task<ProviderAnswer> CallAsync(HttpRequestMessage request, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        request.Headers.TryAddWithoutValidation("User-Agent", "Aampe.Agents");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            var body = await BodyAsync(response, both.Token);
            return new ProviderAnswer(Reach.Answered, (int)response.StatusCode, body, Wait(response), string.Create(CultureInfo.InvariantCulture, $"http {(int)response.StatusCode}"));
        }
        catch (HttpRequestException fault) when (fault.InnerException is WebhookTargetException refused)
        {
            return new ProviderAnswer(Reach.Forbidden, 0, default, TimeSpan.Zero, refused.Message);
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return new ProviderAnswer(Reach.Nowhere, 0, default, TimeSpan.Zero, $"connection: {fault.HttpRequestError}");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new ProviderAnswer(Reach.Lost, 0, default, TimeSpan.Zero, fault is HttpRequestException { HttpRequestError: { } error } ? $"connection: {error}" : "connection");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new ProviderAnswer(Reach.Lost, 0, default, TimeSpan.Zero, "timeout");
        }
    }

    public void Dispose() => http.Dispose();

    static async Task<JsonElement> BodyAsync(HttpResponseMessage response, CancellationToken stop)
    {
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[LargestAnswer];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        try
        {
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // An error page of something in between: its status says enough.
            return default;
        }
    }

    TimeSpan Wait(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } span } => span,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => TimeSpan.Zero,
    };
}
