using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains.Budgets;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Delivery.Providers;
using Aampe.Agents.Silo.Delivery.Unsubscribing;
using Aampe.Agents.Silo.Delivery.WebPush;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Telemetry;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Adds rendering, channels and outbox.</summary>
public static class DeliveryRegistration
{
    /// <summary>Adds them, with section <c>Delivery</c> checked at start.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddChecked<DeliveryOptions>("Delivery");
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsRules>();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(all => new MessageRenderer { HasPublicAddress = all.GetRequiredService<IOptions<HttpOptions>>().Value.PublicAddress.Length > 0 });
        services.AddSingleton<UnsubscribeLinks>();
        services.AddSingleton<KnownNumbers>();
        services.AddSingleton<ChannelHealth>();
        services.AddSingleton<HandoverCall>();
        services.AddSingleton<HandoversUnderWay>().AddSingleton<IUnderWay>(all => all.GetRequiredService<HandoversUnderWay>());
        services.AddSingleton<IProgramVersions>(all => new ProgramVersions(all.GetRequiredService<IDocumentStore>()));
        services.AddSingleton<DecisionCopy>();
        services.AddSingleton<StoppedEndpoints>();
        services.AddSingleton<VapidKeys>();
        services.AddSingleton(all => new ChannelDirectory(
            all.GetRequiredService<IOptions<DeliveryOptions>>(), all.GetRequiredService<IOptions<HttpOptions>>(), all.GetRequiredService<ISandbox>(), all.GetRequiredService<StoppedEndpoints>(),
            all.GetRequiredService<UnsubscribeLinks>(), all.GetRequiredService<VapidKeys>(), all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IChannels>(all => all.GetRequiredService<ChannelDirectory>());
        services.AddSingleton<ICallbackReaders>(all => all.GetRequiredService<ChannelDirectory>());
        services.AddSingleton(all => new OutboxPump(
            all.GetRequiredService<IAgentStore>(), all.GetRequiredService<AgentReferences>(), all.GetRequiredService<IClock>(), all.GetRequiredService<IChannels>(), all.GetRequiredService<ChannelHealth>(),
            all.GetRequiredService<HandoverCall>(), all.GetRequiredService<AgentMetrics>(), all.GetRequiredService<IOptions<DeliveryOptions>>(), all.GetRequiredService<ILogger<OutboxPump>>(),
            all.GetRequiredService<PartitionOwners>(), all.GetRequiredService<IEventLog>(), all.GetRequiredService<HandoversUnderWay>()));
        services.AddHostedService<OutboxLoop>().AddSingleton<OpenBills>().AddHostedService<OpenBillsLoop>();
        return services;
    }
}
