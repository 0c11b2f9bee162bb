namespace Aampe.Agents.Silo.Evidence;

/// <summary>Adds and maps what proves and explains.</summary>
static class EvidenceRegistration
{
    public static IServiceCollection AddEvidence(this IServiceCollection services)
    {
        services.AddSingleton<FindingsView>();
        services.AddSingleton<DecisionSample>();
        services.AddSingleton<Evidencing>();
        return services;
    }

    public static void MapEvidence(this IEndpointRouteBuilder routes)
    {
        ActionSetsEndpoint.Map(routes);
        ContentMapEndpoint.Map(routes);
        InsightsEndpoint.Map(routes);
        ExperimentsEndpoint.Map(routes);
    }
}
