using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Aampe.Agents.HostApp;

/// <summary>A message that the silo handed to this app.</summary>
public sealed record Handed(string DecisionId, string UserId, string Channel, string MessageId, DateTimeOffset SendAt);

/// <summary>
/// Takes messages as any host app would: one route, the signature checked as Standard Webhooks says, repeats told by their id. Whatever is
/// wrong is refused and counted, never guessed at.
/// </summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    static readonly TimeSpan tolerance = TimeSpan.FromMinutes(5);

    readonly WebApplication app;
    readonly byte[] key;
    readonly TimeProvider time;
    readonly Action<Handed>? keep;
    readonly ConcurrentDictionary<string, bool> seen = new(StringComparer.Ordinal);
    readonly ConcurrentQueue<Handed> waiting = [];
    int refused;

    WebhookReceiver(string secret, TimeProvider time, Action<Handed>? keep)
    {
        this.keep = keep;
        key = Convert.FromBase64String(secret["whsec_".Length..]);
        this.time = time;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapPost("/deliveries", TakeAsync);
    }

    /// <summary>Where the silo is to call.</summary>
    public string Url => $"{app.Urls.First()}/deliveries";

    /// <summary>Calls whose signature, time or body was wrong.</summary>
    public int Refused => refused;

    /// <summary>Starts listening on a free port.</summary>
    /// <param name="secret">Secret that calls are signed with.</param>
    /// <param name="time">Clock that their times are held against.</param>
    /// <param name="keep">Makes a message durable before it is answered for; null = memory is enough.</param>
    public static async Task<WebhookReceiver> StartAsync(string secret, TimeProvider time, Action<Handed>? keep = null)
    {
        var receiver = new WebhookReceiver(secret, time, keep);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>A new secret.</summary>
    public static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a call is the silo's: one of the signatures fits, and its time is near.</summary>
    public static bool IsGenuine(byte[] key, string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > tolerance.TotalSeconds)
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
        return signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), expected));
    }

    /// <summary>A message that was taken by an earlier run of this app: one that comes again is a repeat.</summary>
    /// <param name="message">The message.</param>
    /// <param name="open">Whether it has not been drained yet.</param>
    public void Remember(Handed message, bool open)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (seen.TryAdd(message.DecisionId, true) && open)
        {
            waiting.Enqueue(message);
        }
    }

    /// <summary>What came since the last call, in order of send time and id, so that the order of the network does not matter.</summary>
    public IReadOnlyList<Handed> Drain()
    {
        var all = new List<Handed>();
        while (waiting.TryDequeue(out var one))
        {
            all.Add(one);
        }

        return Ordered(all);
    }

    /// <summary>Messages in order of send time and id.</summary>
    public static IReadOnlyList<Handed> Ordered(IEnumerable<Handed> messages) => [.. messages.OrderBy(one => one.SendAt).ThenBy(one => one.DecisionId, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
        var body = buffer.ToArray();
        var id = request.Headers["webhook-id"].ToString();
        if (!IsGenuine(key, id, request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), body, time.GetUtcNow()))
        {
            Interlocked.Increment(ref refused);
            return Results.Unauthorized();
        }

        if (!seen.ContainsKey(id))
        {
            using var document = JsonDocument.Parse(body);
            var data = document.RootElement.GetProperty("data");
            var message = new Handed(
                id,
                data.GetProperty("userId").GetString()!,
                data.GetProperty("channel").GetString()!,
                data.GetProperty("message").GetProperty("id").GetString()!,
                data.GetProperty("sendAt").GetDateTimeOffset());
            // Written before it counts as taken: who is killed in between gets it again, and sees that it is a repeat.
            keep?.Invoke(message);
            if (seen.TryAdd(id, true))
            {
                waiting.Enqueue(message);
            }
        }

        return Results.NoContent();
    }
}
