using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Streams;

/// <summary>Registers the bridge to Orleans streams.</summary>
public static class AgentStreams
{
    /// <summary>Publishes decisions and effects of this silo's agents to the stream provider of the given name, which the silo must have.</summary>
    public static IServiceCollection AddAgentStreams(this IServiceCollection services, Action<AgentStreamsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<AgentStreamsOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(options => options.MostWaiting is >= 1 and <= 1_000_000, "AgentStreamsOptions.MostWaiting must be 1 to 1,000,000.")
            .Validate(options => !string.IsNullOrWhiteSpace(options.Provider), "AgentStreamsOptions.Provider is empty: name the stream provider of the silo.");
        services.AddSingleton<AgentStreamsBridge>();
        services.AddSingleton<IAgentCommitObserver>(all => all.GetRequiredService<AgentStreamsBridge>());
        services.AddHostedService(all => all.GetRequiredService<AgentStreamsBridge>());
        return services;
    }
}
