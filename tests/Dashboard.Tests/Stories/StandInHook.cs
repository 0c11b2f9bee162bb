using System.Collections.Concurrent;

namespace Aampe.Agents.Dashboard.Tests.Stories;

/// <summary>A host app's sender that takes webhooks and answers as it is told.</summary>
sealed class StandInHook : IAsyncDisposable
{
    readonly WebApplication app;

    StandInHook(WebApplication app) => this.app = app;

    /// <summary>Decision ids in the order in which they came.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Status for the n-th call, from 1.</summary>
    public Func<int, int> Answer { get; set; } = _ => StatusCodes.Status200OK;

    public string Url => app.Urls.First() + "/hook";

    public static async Task<StandInHook> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var hook = new StandInHook(builder.Build());
        hook.app.MapPost("/hook", (HttpRequest request) =>
        {
            hook.Calls.Enqueue(request.Headers["webhook-id"].ToString());
            return Results.StatusCode(hook.Answer(hook.Calls.Count));
        });
        await hook.app.StartAsync();
        return hook;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
