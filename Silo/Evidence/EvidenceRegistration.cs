using Aampe.Agents.Silo.Evidence.Counts;
using Aampe.Agents.Silo.Evidence.Exports;
using Aampe.Agents.Silo.Evidence.Operations;
using Aampe.Agents.Silo.Evidence.Simulations;

namespace Aampe.Agents.Silo.Evidence;

/// <summary>Adds and maps what proves and explains.</summary>
static class EvidenceRegistration
{
    public static IServiceCollection AddEvidence(this IServiceCollection services)
    {
        services.AddSingleton<FindingsView>();
        services.AddSingleton<DecisionSample>();
        services.AddSingleton<DecisionSpan>();
        services.AddSingleton<OffPolicyRows>();
        services.AddSingleton<Evidencing>();
        services.AddSingleton<OperationRunner>();
        services.AddSingleton<ExportFiles>();
        services.AddSingleton<Pseudonyms>();
        services.AddSingleton<ExportWork>();
        services.AddSingleton<CensusWork>();
        services.AddSingleton<LaunchGate>();
        services.AddSingleton<SimulationWork>();
        return services;
    }

    public static void MapEvidence(this IEndpointRouteBuilder routes)
    {
        ActionSetsEndpoint.Map(routes);
        ContentMapEndpoint.Map(routes);
        InsightsEndpoint.Map(routes);
        ExperimentsEndpoint.Map(routes);
        OffPolicyEndpoint.Map(routes);
        CountsEndpoint.Map(routes);
        OperationsEndpoint.Map(routes);
        ExportsEndpoint.Map(routes);
        SimulationsEndpoint.Map(routes);
    }
}
