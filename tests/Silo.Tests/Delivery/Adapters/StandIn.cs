using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Silo.Tests.Delivery.Adapters;

/// <summary>Stands in for a provider over a real socket: keeps every call and answers as it is told.</summary>
public sealed class StandIn : IAsyncDisposable
{
    readonly WebApplication app;

    StandIn(WebApplication app) => this.app = app;

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>Answers a call; null cuts the connection.</summary>
    public Func<Call, Task<Answer?>> Answer { get; set; } = _ => Task.FromResult<Answer?>(new Answer(200, "{}"));

    public string Url => app.Urls.First();

    public static async Task<StandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var standIn = new StandIn(builder.Build());
        standIn.app.MapFallback("{*path}", (Delegate)standIn.TakeAsync);
        await standIn.app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    async Task TakeAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var call = new Call(
            context.Request.Method, context.Request.Path.Value!, context.Request.Headers.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase), buffer.ToArray());
        Calls.Enqueue(call);
        if (await Answer(call) is not { } answer)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        if (answer.Wait is { } wait)
        {
            context.Response.Headers.RetryAfter = wait;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.Body);
    }
}

public sealed record Answer(int Status, string Body, string? Wait = null);

public sealed record Call(string Method, string Path, Dictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public Dictionary<string, string> Form => Encoding.UTF8.GetString(Body).Split('&').Select(pair => pair.Split('='))
        .ToDictionary(pair => Uri.UnescapeDataString(pair[0].Replace('+', ' ')), pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')), StringComparer.Ordinal);
}
