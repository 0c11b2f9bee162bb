using System.Net;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Storage.State;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace Aampe.Agents.Silo.Startup;

/// <summary>HTTP: ports, limits, health.</summary>
public static class Serving
{
    static readonly TimeSpan headers = TimeSpan.FromSeconds(10);
    static readonly TimeSpan shutdown = TimeSpan.FromSeconds(30);

    /// <summary>Sets Kestrel up.</summary>
    public static WebApplicationBuilder AddServing(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // An operator's file in the working directory; environment and command line stand above it.
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(Directory.GetCurrentDirectory()),
            Path = "agents.json",
            Optional = true,
        });
        builder.Services.AddChecked<HttpOptions>("Http");
        var data = builder.Configuration.GetSection("Data").Get<DataOptions>() ?? new DataOptions();
        builder.Services.AddDataProtection().SetApplicationName("aampe-agents").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(data.Directory, "keys")));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdown);
        // Assets of the console come from the build output too, not only from a published folder.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            var http = context.Configuration.GetSection("Http").Get<HttpOptions>() ?? new HttpOptions();
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = headers;
            kestrel.Limits.MaxConcurrentConnections = 1_000;
            kestrel.Limits.MaxRequestBodySize = 5 * 1_024 * 1_024;
            kestrel.Listen(IPAddress.Parse(http.Address), http.Port);
            if (http.MetricsPort > 0)
            {
                kestrel.Listen(IPAddress.Loopback, http.MetricsPort);
            }
        });
        return builder;
    }

    /// <summary>Maps the probes: they say up and ready, and nothing else.</summary>
    public static WebApplication MapHealth(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGet("/health/live", () => Results.Text("live")).ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
        return app;
    }

    static async Task<IResult> ReadyAsync(Readiness readiness, IAgentStore store, CancellationToken stop)
    {
        if (!readiness.IsReady)
        {
            return Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        // A read proves that the store answers; a due index far behind would show in the lag metric, not here.
        await store.FirstDueAsync(stop);
        return Results.Text("ready");
    }
}
