using Aampe.Agents.Client.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Aampe.Agents.Client;

/// <summary>Adds the client to an application, or makes one without.</summary>
public static class AgentClientRegistration
{
    /// <summary>Adds one <see cref="IAgentClient"/> for the whole application.</summary>
    public static IServiceCollection AddAampeAgents(this IServiceCollection services, Action<AgentClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(_ => Create(configure));
        return services;
    }

    /// <summary>A client on its own; dispose it when done.</summary>
    public static IAgentClient Create(Action<AgentClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new AgentClientOptions();
        configure(options);
        return new HttpAgentClient(new HttpTransport(options));
    }
}
