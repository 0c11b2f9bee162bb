using System.Net;
using Aampe.Agents.Silo.Cards;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.State;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace Aampe.Agents.Silo.Startup;

/// <summary>HTTP: ports, limits, health.</summary>
public static class Serving
{
    /// <summary>The operator's file of settings, in the working directory.</summary>
    public const string OperatorFile = "agents.json";

    static readonly TimeSpan headers = TimeSpan.FromSeconds(10);
    static readonly TimeSpan shutdown = TimeSpan.FromSeconds(30);

    /// <summary>Adds the operator's file: above what the program itself brings, below environment and command line.</summary>
    public static WebApplicationBuilder AddOperatorFile(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var sources = builder.Configuration.Sources;
        var last = Enumerable.Range(0, sources.Count).LastOrDefault(i => sources[i] is JsonConfigurationSource, -1);
        sources.Insert(last + 1, new JsonConfigurationSource { FileProvider = new PhysicalFileProvider(Directory.GetCurrentDirectory()), Path = OperatorFile, Optional = true });
        return builder;
    }

    /// <summary>Sets Kestrel up.</summary>
    public static WebApplicationBuilder AddServing(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<HttpOptions>("Http").AddSingleton<StoreWrites>();
        var data = builder.Configuration.Settings<DataOptions>("Data");
        var protection = builder.Services.AddDataProtection().SetApplicationName("aampe-agents");
        if (data.Servers.Length == 0)
        {
            protection.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(data.Directory, "keys")));
        }
        else
        {
            builder.Services.AddOptions<KeyManagementOptions>().Configure<IDocumentStore>((keys, documents) => keys.XmlRepository = new StoredKeys(documents));
        }

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdown);
        // Assets of the console come from the build output too, not only from a published folder.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            var http = context.Configuration.Settings<HttpOptions>("Http");
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = headers;
            // Streams of cards stay open: they must not take the place of those who come and go.
            kestrel.Limits.MaxConcurrentConnections = 1_000 + context.Configuration.Settings<CardOptions>("Cards").Streams;
            kestrel.Limits.MaxRequestBodySize = 5 * 1_024 * 1_024;
            kestrel.Listen(IPAddress.Parse(http.Address), http.Port);
            if (http.MetricsPort > 0)
            {
                kestrel.Listen(IPAddress.Loopback, http.MetricsPort);
            }
        });
        return builder;
    }

    /// <summary>Tells whoever started it where it serves, and where its data lies.</summary>
    public static void TellWhereItServes(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var settings = app.Configuration.Settings<DataOptions>("Data");
        var data = settings.Servers.Length == 0 ? Path.GetFullPath(settings.Directory) : $"PostgreSQL, {settings.Servers.Length} server(s)";
        var address = app.Urls.FirstOrDefault() ?? "";
        Console.Out.WriteLine($"Serving {address} (console: {address}/, API reference: {address}/docs). Data: {data}. Lost keys or password: docs/operations.md.");
    }

    /// <summary>Maps the probes: they say up and ready, and nothing else.</summary>
    public static WebApplication MapHealth(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGet("/health/live", () => Results.Text("live")).ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
        return app;
    }

    static async Task<IResult> ReadyAsync(Readiness readiness, IAgentStore store, StoreWrites writes, CancellationToken stop)
    {
        if (!readiness.IsReady)
        {
            return NotReady("the silo is starting or stopping");
        }

        try
        {
            if (await writes.RefusalAsync(stop) is { } refusal)
            {
                return NotReady(refusal);
            }

            // A read proves that the store answers; a due index far behind would show in the lag metric, not here.
            await store.FirstDueAsync(stop);
            return Results.Text("ready");
        }
        catch (StoreUnavailableException)
        {
            return NotReady("the store does not answer");
        }
    }

    static IResult NotReady(string why) => Results.Text("not ready: " + why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
