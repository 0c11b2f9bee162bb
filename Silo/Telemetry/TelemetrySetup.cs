using Aampe.Agents.Silo.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Aampe.Agents.Silo.Telemetry;

/// <summary>Metrics and traces through OpenTelemetry: a Prometheus page on its own port, and OTLP where the usual variables name a collector.</summary>
public static class TelemetrySetup
{
    /// <summary>Adds instruments and exporters.</summary>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<AgentMetrics>();
        var collector = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(AgentMetrics.Name, "Microsoft.Orleans").AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter();
                if (collector)
                {
                    metrics.AddOtlpExporter();
                }
            })
            .WithTracing(traces =>
            {
                traces.AddSource(AgentMetrics.Name).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation();
                if (collector)
                {
                    traces.AddOtlpExporter();
                }
            });
        return builder;
    }

    /// <summary>Maps the metrics page, on its own port only.</summary>
    public static WebApplication MapMetrics(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var port = app.Configuration.Settings<HttpOptions>("Http").MetricsPort;
        if (port > 0)
        {
            // On its port there is nothing else, and on the API's port there is no metrics page.
            app.Use((context, next) =>
            {
                if (context.Connection.LocalPort == port && context.Request.Path != "/metrics")
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                }

                return next(context);
            });
            app.MapPrometheusScrapingEndpoint("/metrics").RequireHost($"*:{port}");
        }

        return app;
    }
}
