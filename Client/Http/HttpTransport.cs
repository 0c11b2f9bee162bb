using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aampe.Agents.Client.Http;

/// <summary>How one call is made.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Relative to the silo's address.</param>
/// <param name="Body">UTF-8, or empty.</param>
/// <param name="Limit">Time limit over all attempts; <see langword="null"/> = none.</param>
/// <param name="Repeatable">Whether a second attempt can do no harm.</param>
/// <param name="IdempotencyKey">Header of that name.</param>
/// <param name="IfMatch">Version that was read.</param>
/// <param name="NullOn404">404 is an answer: nothing.</param>
/// <param name="ContentType">Media type of the body.</param>
sealed record WireCall(HttpMethod Method, string Path, byte[] Body, TimeSpan? Limit, bool Repeatable = true, string? IdempotencyKey = null, string? IfMatch = null, bool NullOn404 = false, string ContentType = "application/json");

/// <summary>Bytes and tag of an answer.</summary>
sealed record WireAnswer(byte[] Body, string? ETag);

/// <summary>Sends calls, repeats them once where that is safe, and turns failures into the exceptions of the client.</summary>
sealed class HttpTransport : IAsyncDisposable
{
    static readonly TimeSpan BeforeRetry = TimeSpan.FromMilliseconds(50);
    static readonly ActivitySource Traces = new("Aampe.Agents");

    readonly HttpClient http;
    readonly TimeProvider time;

    public HttpTransport(AgentClientOptions options)
    {
        Options = options;
        time = options.TimeProvider;
        var address = options.Address ?? throw new InvalidOperationException("No silo is named: call UseHttp(address, serverKey) in AddAampeAgents.");
        http = new HttpClient(options.HttpHandler?.Invoke() ?? Sockets(), disposeHandler: true)
        {
            BaseAddress = address,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ServerKey);
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    public AgentClientOptions Options { get; }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes a call and reads its answer.</summary>
    public async ValueTask<T?> CallAsync<T>(WireCall call, JsonTypeInfo<T> type, CancellationToken stop)
        where T : class
    {
        var answer = await CallAsync(call, stop).ConfigureAwait(false);
        if (answer is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException cause)
        {
            throw new AgentClientException(new AgentProblem(200, "unreadable_answer", "Unreadable answer", $"The silo's answer to {call.Method} /{call.Path} cannot be read: {cause.Message}"), cause);
        }
    }

    /// <summary>Makes a call; <see langword="null"/> for a 404 that is an answer.</summary>
    public async ValueTask<WireAnswer?> CallAsync(WireCall call, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using var trace = Traces.StartActivity($"{call.Method} {call.Path.Split('?')[0]}", ActivityKind.Client);
        using var limit = call.Limit is { } span ? new CancellationTokenSource(span, time) : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            try
            {
                return await OnceAsync(call, both.Token).ConfigureAwait(false);
            }
            catch (AgentUnavailableException) when (call.Repeatable)
            {
                await Task.Delay(BeforeRetry, time, both.Token).ConfigureAwait(false);
                return await OnceAsync(call, both.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException cause) when (!stop.IsCancellationRequested)
        {
            throw new AgentTimeoutException(new AgentProblem(0, "timeout", "No answer in time", $"No answer from {http.BaseAddress} to {call.Method} /{call.Path.Split('?')[0]} within {call.Limit}."), cause);
        }
        catch (OperationCanceledException cause)
        {
            throw new OperationCanceledException("The caller cancelled.", cause, stop);
        }
    }

    /// <summary>Reads a stream of server-sent events until the caller cancels or the silo ends it.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken stop)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = await ConnectAsync(request, stop).ConfigureAwait(false);
        var items = SseParser.Create(await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false), (_, data) => JsonSerializer.Deserialize(data, type)!).EnumerateAsync(stop).GetAsyncEnumerator(stop);
        await using (items.ConfigureAwait(false))
        {
            while (await NextAsync(items).ConfigureAwait(false))
            {
                yield return items.Current.Data;
            }
        }
    }

    /// <summary>Copies an answer into a stream while it arrives; without a limit of time, for it may be long.</summary>
    public async ValueTask DownloadAsync(string path, Stream into, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await ConnectAsync(request, stop).ConfigureAwait(false);
        try
        {
            await response.Content.CopyToAsync(into, stop).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw Unavailable(cause);
        }
    }

    async ValueTask<HttpResponseMessage> ConnectAsync(HttpRequestMessage request, CancellationToken stop)
    {
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw Failure(response, await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false));
            }
        }
        catch (HttpRequestException cause)
        {
            throw Unavailable(cause);
        }
    }

    async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<SseItem<T>> items)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw Unavailable(cause);
        }
    }

    AgentUnavailableException Unavailable(Exception cause) => new(new AgentProblem(0, "unavailable", "No silo", $"No connection to {http.BaseAddress}: {cause.Message}"), cause);

    async ValueTask<WireAnswer?> OnceAsync(WireCall call, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(call.Method, call.Path);
        if (call.Body.Length > 0)
        {
            request.Content = new ByteArrayContent(call.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType, "utf-8");
        }

        if (call.IdempotencyKey is { } key)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (call.IfMatch is { } version)
        {
            request.Headers.TryAddWithoutValidation("If-Match", version);
        }

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return new WireAnswer(body, response.Headers.ETag?.Tag);
            }

            return call.NullOn404 && response.StatusCode == HttpStatusCode.NotFound ? null : throw Failure(response, body);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw Unavailable(cause);
        }
    }

    AgentClientException Failure(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var problem = Read(body, status);
        return status switch
        {
            401 => new AgentUnauthorizedException(problem),
            403 => new AgentForbiddenException(problem),
            404 => new AgentNotFoundException(problem),
            409 or 412 or 428 => new AgentConflictException(problem),
            429 => new AgentThrottledException(problem, RetryAfter(response)),
            502 or 503 or 504 => new AgentUnavailableException(problem),
            >= 400 and < 500 => new AgentValidationException(problem),
            _ => new AgentClientException(problem),
        };
    }

    TimeSpan RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } span } => span,
        { Date: { } at } when at > time.GetUtcNow() => at - time.GetUtcNow(),
        _ => TimeSpan.FromSeconds(1),
    };

    static AgentProblem Read(byte[] body, int status)
    {
        try
        {
            var problem = JsonSerializer.Deserialize(body, WireJson.Default.AgentProblem);
            return problem is { Code.Length: > 0 } ? problem with { Status = status } : Bare(status);
        }
        catch (JsonException)
        {
            // A proxy in between may answer with a page; its status is all there is to tell.
            return Bare(status);
        }
    }

    static AgentProblem Bare(int status) => new(status, "http_" + status, $"HTTP status {status}");

    static SocketsHttpHandler Sockets() => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };
}
