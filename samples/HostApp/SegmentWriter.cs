using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Aampe.Agents.HostApp;

/// <summary>Sends events as any Segment client does: batches over HTTP, the write key as user of Basic authentication, again after 429 and 5xx.</summary>
public sealed class SegmentWriter : IDisposable
{
    const int Lanes = 4, BatchEvents = 2_000, BatchBytes = 450_000, Tries = 8;

    readonly HttpClient http;
    readonly List<byte[]>[] lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new List<byte[]>())];

    public SegmentWriter(Uri silo, string writeKey)
    {
        http = new HttpClient { BaseAddress = silo };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(writeKey + ":")));
    }

    /// <summary>Events that were taken.</summary>
    public long Sent { get; private set; }

    /// <summary>Notes an event; it goes with the next <see cref="FlushAsync"/>. Events of one user keep their order.</summary>
    /// <param name="user">Whose event.</param>
    /// <param name="write">Writes its fields.</param>
    public void Add(int user, Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        lanes[user % Lanes].Add(buffer.ToArray());
    }

    /// <summary>Sends everything that was noted; returns when it is durable.</summary>
    /// <param name="sentAt">The app's own clock, against which the silo corrects the times of the events.</param>
    public async Task FlushAsync(DateTimeOffset sentAt, CancellationToken stop)
    {
        await Task.WhenAll(lanes.Select(lane => PostAllAsync(lane, sentAt, stop)));
        foreach (var lane in lanes)
        {
            Sent += lane.Count;
            lane.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    async Task PostAllAsync(List<byte[]> events, DateTimeOffset sentAt, CancellationToken stop)
    {
        for (var next = 0; next < events.Count;)
        {
            await PostAsync(Batch(events, ref next, sentAt), stop);
        }
    }

    static byte[] Batch(List<byte[]> events, ref int next, DateTimeOffset sentAt)
    {
        using var buffer = new MemoryStream(64 * 1024);
        buffer.Write("{\"batch\":["u8);
        for (var count = 0; next < events.Count && count < BatchEvents && buffer.Length + events[next].Length < BatchBytes; count++, next++)
        {
            if (count > 0)
            {
                buffer.WriteByte((byte)',');
            }

            buffer.Write(events[next]);
        }

        buffer.Write(Encoding.UTF8.GetBytes($"],\"sentAt\":\"{sentAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\"}}"));
        return buffer.ToArray();
    }

    async Task PostAsync(byte[] batch, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var content = new ByteArrayContent(batch);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await http.PostAsync("v1/batch", content, stop);
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            var again = response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
            if (!again || attempt == Tries)
            {
                throw new HttpRequestException($"/v1/batch answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(stop)}");
            }

            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(100 << attempt), stop);
        }
    }
}
