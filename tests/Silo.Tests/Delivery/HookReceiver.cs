using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Silo.Tests.Delivery;

/// <summary>A host app's own sender: takes webhooks over a real socket and answers as it is told.</summary>
public sealed class HookReceiver : IAsyncDisposable
{
    readonly WebApplication app;

    HookReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>Status for the n-th call (from 1) of a decision.</summary>
    public Func<string, int, int> Answer { get; set; } = (_, _) => 200;

    public string Url => app.Urls.First() + "/hook";

    public static async Task<HookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new HookReceiver(builder.Build());
        receiver.app.MapPost("/hook", (Delegate)receiver.TakeAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    async Task<IResult> TakeAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var id = context.Request.Headers["webhook-id"].ToString();
        Calls.Enqueue(new Call(id, long.Parse(context.Request.Headers["webhook-timestamp"]!, System.Globalization.CultureInfo.InvariantCulture), context.Request.Headers["webhook-signature"].ToString(), buffer.ToArray()));
        var status = Answer(id, Calls.Count(call => call.Id == id));
        return status is >= 300 and < 400 ? Results.Redirect(Url) : Results.StatusCode(status);
    }

    public sealed record Call(string Id, long Timestamp, string Signature, byte[] Body)
    {
        public JsonElement Json => JsonElement.Parse(Body);
    }
}
