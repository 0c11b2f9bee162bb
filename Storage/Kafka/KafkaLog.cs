using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>Registers the event log on Kafka.</summary>
public static class KafkaLog
{
    /// <summary>
    /// Puts the Kafka log in the place of the event log; call it after the database's storage, which keeps dead letters and must offer
    /// <see cref="IPartitionCursors"/>. The topic's own retention takes old events out, so there is no <see cref="ILogRetention"/>.
    /// </summary>
    /// <exception cref="StoreSettingException">What is wrong with the settings, one line each.</exception>
    public static IServiceCollection AddKafkaLog(this IServiceCollection services, Action<KafkaOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new KafkaOptions();
        configure(options);
        options.Check();
        services.AddSingleton(all => new KafkaEventLog(
            options,
            all.GetRequiredService<IPartitionCursors>(),
            all.GetRequiredService<IDeadLetters>(),
            all.GetService<TimeProvider>() ?? TimeProvider.System,
            all.GetService<ILogger<KafkaEventLog>>() ?? NullLogger<KafkaEventLog>.Instance));
        services.RemoveAll<ILogRetention>();
        services.RemoveAll<IPersonalLog>();
        services.RemoveAllKeyed<IEventLog>(LedgerStorage.Beneath);
        services.AddKeyedSingleton<IEventLog>(LedgerStorage.Beneath, (all, _) => all.GetRequiredService<KafkaEventLog>());
        return services;
    }
}
