using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Aampe.Agents.Chaos;

/// <summary>What a silo said.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="Ingest">Header Aampe-Ingest.</param>
public sealed record Answer(int Status, string Body, string? Ingest);

/// <summary>The driver's way to the silos: a client behind a balancer, which asks another silo when one fails, with the same ids.</summary>
public sealed class Gateway : IDisposable
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100), longest = TimeSpan.FromSeconds(2);

    readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromSeconds(60) };
    readonly ConcurrentDictionary<string, int> outcomes = new(StringComparer.Ordinal);
    readonly IReadOnlyList<SiloProcess> silos;
    int turn, unavailableWithoutRetryAfter;
    long slowest;

    /// <summary>A way to some silos.</summary>
    public Gateway(IReadOnlyList<SiloProcess> silos) => this.silos = silos;

    /// <summary>Answers by what they were: "200", "503", "connection".</summary>
    public IReadOnlyDictionary<string, int> Outcomes => outcomes;

    /// <summary>Answers 503 or 429 that did not say when to come again.</summary>
    public int UnavailableWithoutRetryAfter => unavailableWithoutRetryAfter;

    /// <summary>The slowest answer of any silo.</summary>
    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref slowest));

    /// <summary>Asks one silo once.</summary>
    /// <returns>The answer; null when there was none.</returns>
    public async Task<Answer?> OnceAsync(SiloProcess silo, HttpMethod method, string path, string? body, string authorization, string? key, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(silo.Address, path));
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        var since = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request, stop);
            var text = await response.Content.ReadAsStringAsync(stop);
            Count(((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), since);
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests && response.Headers.RetryAfter is null)
            {
                Interlocked.Increment(ref unavailableWithoutRetryAfter);
            }

            return new Answer((int)response.StatusCode, text, response.Headers.TryGetValues("Aampe-Ingest", out var counts) ? counts.First() : null);
        }
        catch (HttpRequestException)
        {
            Count("connection", since);
            return null;
        }
        catch (IOException)
        {
            Count("connection", since);
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Count("timeout", since);
            return null;
        }
    }

    /// <summary>Asks until an answer is good, another silo each time.</summary>
    /// <param name="isGood">Whether an answer ends it.</param>
    public async Task<Answer> AskAsync(HttpMethod method, string path, string? body, string authorization, string? key, Func<Answer, bool> isGood, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(isGood);
        var wait = pause;
        while (true)
        {
            var silo = Next();
            if (await OnceAsync(silo, method, path, body, authorization, key, stop) is { } answer && isGood(answer))
            {
                return answer;
            }

            await Task.Delay(wait, stop);
            wait = wait * 2 > longest ? longest : wait * 2;
        }
    }

    // In turn; one that does not serve only when none does.
    SiloProcess Next()
    {
        for (var tries = 0; tries < silos.Count; tries++)
        {
            if (silos[(int)((uint)Interlocked.Increment(ref turn) % (uint)silos.Count)] is { Serves: true } serving)
            {
                return serving;
            }
        }

        return silos[0];
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    void Count(string outcome, long since)
    {
        outcomes.AddOrUpdate(outcome, 1, (_, known) => known + 1);
        var took = Stopwatch.GetElapsedTime(since).Ticks;
        for (var known = Interlocked.Read(ref slowest); took > known;)
        {
            var before = Interlocked.CompareExchange(ref slowest, took, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }
}
