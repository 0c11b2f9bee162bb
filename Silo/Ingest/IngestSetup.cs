using Aampe.Agents.Silo.Options;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>Composition of ingest.</summary>
public static class IngestSetup
{
    /// <summary>Adds reading and intake.</summary>
    public static IServiceCollection AddIngest(this IServiceCollection services) =>
        services.AddChecked<IngestOptions>("Ingest").AddSingleton<RequestBody>().AddSingleton<EventTail>().AddSingleton<EventIntake>().AddSingleton<SourceRates>();

    /// <summary>Maps the routes.</summary>
    public static WebApplication MapIngest(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        IngestEndpoints.Map(app);
        StrictEndpoint.Map(app);
        EventTailEndpoint.Map(app);
        DeadLetterEndpoints.Map(app);
        return app;
    }
}
