using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Aampe.Agents.Silo.Tests.Cards;

/// <summary>An app with an open stream of cards.</summary>
sealed class CardReader : IAsyncDisposable
{
    // Of a machine that does much else besides: what comes at all comes within it.
    static readonly TimeSpan alive = TimeSpan.FromSeconds(30);
    readonly HttpClient http;
    readonly HttpResponseMessage response;
    readonly IAsyncEnumerator<SseItem<string>>? events;
    Task<bool>? coming;

    CardReader(HttpClient http, HttpResponseMessage response, IAsyncEnumerator<SseItem<string>>? events) => (this.http, this.response, this.events) = (http, response, events);

    public HttpStatusCode Status => response.StatusCode;

    public HttpResponseHeaders Headers => response.Headers;

    public async Task<JsonElement> ProblemAsync() => JsonElement.Parse(await response.Content.ReadAsStringAsync());

    public static async Task<CardReader> OpenAsync(Uri silo, string path, string token, string? after = null, string? origin = null)
    {
        var http = new HttpClient { BaseAddress = silo, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (after is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new CardReader(http, response, response.IsSuccessStatusCode ? SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator() : null);
    }

    /// <summary>The next card.</summary>
    public async Task<(string Id, JsonElement Card)> CardAsync()
    {
        Assert.True(await (coming ?? events!.MoveNextAsync().AsTask()).WaitAsync(alive), "The stream ended.");
        coming = null;
        Assert.Equal("card", events!.Current.EventType);
        return (events.Current.EventId!, JsonElement.Parse(events.Current.Data));
    }

    /// <summary>Whether no card comes for a moment.</summary>
    public async Task<bool> IsQuietAsync()
    {
        coming ??= events!.MoveNextAsync().AsTask();
        return await Task.WhenAny(coming, Task.Delay(500)) != coming;
    }

    /// <summary>Completes when the silo ends the stream.</summary>
    public async Task<bool> EndsAsync() => !await (coming ?? events!.MoveNextAsync().AsTask()).WaitAsync(alive);

    public async ValueTask DisposeAsync()
    {
        response.Dispose();
        http.Dispose();
        try
        {
            if (coming is not null)
            {
                await coming;
            }
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // We cut it ourselves.
        }
    }
}
