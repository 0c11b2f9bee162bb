using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Chaos;

/// <summary>What the receiver does with a call that it has taken down.</summary>
public enum ReceiverMood
{
    /// <summary>Says 200; one message in twenty it takes without a word the first time.</summary>
    Usual,

    /// <summary>Takes it and hangs up.</summary>
    HangsUp,

    /// <summary>Says 503.</summary>
    Refuses,

    /// <summary>Takes its time: 3 s.</summary>
    Slow,
}

/// <summary>The host app's end of the webhooks: takes every call down, as an idempotent receiver would, and keeps what it has seen.</summary>
/// <param name="seed">Which messages it takes without a word.</param>
/// <param name="host">Address of this machine that it listens at.</param>
public sealed class Receiver(int seed, string host) : IAsyncDisposable
{
    const int Dropped = 20;
    static readonly TimeSpan slowness = TimeSpan.FromSeconds(3);

    readonly ConcurrentDictionary<string, string> bodies = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, byte> answered = new(StringComparer.Ordinal);
    readonly Random random = new(seed);
    WebApplication? app;
    int port, calls, different;

    /// <summary>What it does from now on.</summary>
    public ReceiverMood Mood { get; set; }

    /// <summary>Whether it takes one message in twenty without a word; off where the fault itself is that calls fail, since a third attempt comes five minutes later.</summary>
    public bool Drops { get; set; } = true;

    /// <summary>Where it listens.</summary>
    public string Url => $"http://{host}:{port}/hook";

    /// <summary>Calls taken, repeats too.</summary>
    public int Calls => calls;

    /// <summary>Decision ids seen.</summary>
    public ICollection<string> Decisions => bodies.Keys;

    /// <summary>Decision ids that were told 200.</summary>
    public int Answered => answered.Count;

    /// <summary>Calls that came with another body than the first one of their id: a second effect, even here.</summary>
    public int Different => different;

    /// <summary>Listens; after a stop at the same port again.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Parse(host), port));
        app = builder.Build();
        app.MapPost("/hook", TakeAsync);
        await app.StartAsync();
        port = new Uri(app.Urls.First()).Port;
    }

    /// <summary>Stops at once, whatever is under way.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app!.StopAsync(now.Token);
        await app.DisposeAsync();
        app = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await StopAsync();
        }
    }

    async Task TakeAsync(HttpContext context)
    {
        var id = context.Request.Headers["webhook-id"].ToString();
        var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = Convert.ToHexString(SHA256.HashData(buffer.ToArray()));
        Interlocked.Increment(ref calls);
        var first = bodies.TryAdd(id, body);
        if (!first && bodies[id] != body)
        {
            Interlocked.Increment(ref different);
        }

        switch (Mood)
        {
            case ReceiverMood.HangsUp:
            case ReceiverMood.Usual when Drops && first && Unlucky():
                context.Abort();
                return;
            case ReceiverMood.Refuses:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            case ReceiverMood.Slow:
                await Task.Delay(slowness, context.RequestAborted);
                break;
        }

        answered.TryAdd(id, 0);
        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    bool Unlucky()
    {
        lock (random)
        {
            return random.Next(Dropped) == 0;
        }
    }
}
