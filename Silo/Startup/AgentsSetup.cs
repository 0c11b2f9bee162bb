using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Clock;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Cohorts;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Sqlite;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Aampe.Agents.Silo.Startup;

/// <summary>Composition of storage, clock, Orleans, pump and cohorts.</summary>
public static class AgentsSetup
{
    static readonly TimeSpan collectAfter = TimeSpan.FromMinutes(5);

    /// <summary>Adds everything that agents live in.</summary>
    public static WebApplicationBuilder AddAgents(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddChecked<DataOptions>("Data").AddChecked<LogOptions>("Log").AddChecked<GrainsOptions>("Agents").AddChecked<ClockOptions>("Clock")
            .AddChecked<PumpOptions>("Pump").AddChecked<ProgramFilesOptions>("Programs").AddChecked<Options.ClusterOptions>("Cluster");
        AddStorage(services, builder.Configuration);
        AddClock(services);
        services.AddSingleton(Secret).AddSingleton<RulesCache>().AddSingleton<CohortFolder>();
        services.AddSingleton<PumpProgress>().AddSingleton<PumpBarrier>().AddSingleton<PartitionPump>();
        services.AddSingleton<ProgramFiles>().AddSingleton<Readiness>();
        builder.UseOrleans(silo => Compose(silo, builder.Configuration));
        // In this order: what was missed and the rules first, then what acts by them. The web server comes last by itself.
        services.AddSingleton<PartitionOwners>().AddSingleton<IAppliedOffsets>(all => all.GetRequiredService<PumpProgress>());
        services.AddHostedService<IngestLiveness>().AddHostedService<PrepareAgents>().AddHostedService<PumpHost>().AddHostedService<CohortSchedule>();
        return builder;
    }

    static void AddStorage(IServiceCollection services, ConfigurationManager configuration)
    {
        services.AddEmbeddedStorage(sqlite =>
        {
            var data = configuration.Settings<DataOptions>("Data");
            var eventLog = configuration.Settings<LogOptions>("Log");
            sqlite.Directory = data.Directory;
            sqlite.Synchronous = Enum.Parse<Durability>(data.Synchronous);
            sqlite.Partitions = eventLog.Partitions;
            sqlite.Retention = TimeSpan.FromDays(eventLog.RetentionDays);
        });
        var agents = configuration.Settings<GrainsOptions>("Agents");
        if (agents.Commit == "Row")
        {
            services.AddRowCommits();
            return;
        }

        services.AddLedgerCommits(LedgerOptions.Usual with { Age = TimeSpan.FromSeconds(agents.CheckpointSeconds), Agents = agents.CheckpointAgents });
        services.AddHostedService<Checkpoints>();
    }

    static void AddClock(IServiceCollection services)
    {
        services.AddSingleton(all =>
        {
            var start = all.GetRequiredService<IOptions<ClockOptions>>().Value.Start;
            var at = start.Length > 0 ? DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture) : all.GetRequiredService<TimeProvider>().GetUtcNow();
            return SimulatedClock.OpenAsync(all.GetRequiredService<IDocumentStore>(), Instant.From(at), CancellationToken.None).GetAwaiter().GetResult();
        });
        services.AddSingleton<SystemClock>();
        services.AddSingleton<ClockDriver>();
        services.AddSingleton<IClock>(all => all.GetRequiredService<IOptions<ClockOptions>>().Value.Simulated
            ? all.GetRequiredService<SimulatedClock>()
            : all.GetRequiredService<SystemClock>());
        if (!services.Any(service => service.ServiceType == typeof(TimeProvider)))
        {
            services.AddSingleton(TimeProvider.System);
        }
    }

    // Made once and stored: decision ids follow from it, and nobody who does not know it can guess one.
    static IncarnationSecret Secret(IServiceProvider all)
    {
        var seed = all.GetRequiredService<IOptions<GrainsOptions>>().Value.Seed;
        return seed.Length > 0 ? new IncarnationSecret(seed) : StoredAsync(all.GetRequiredService<IDocumentStore>()).GetAwaiter().GetResult();
    }

    static async Task<IncarnationSecret> StoredAsync(IDocumentStore documents)
    {
        if (await documents.ReadAsync(AgentKey.DefaultTenant, "secret", "incarnation", CancellationToken.None) is { } known)
        {
            return new IncarnationSecret(Encoding.UTF8.GetString(known.Content.Span));
        }

        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await documents.WriteAsync(AgentKey.DefaultTenant, "secret", "incarnation", 0, Encoding.UTF8.GetBytes(made), keepHistory: false, CancellationToken.None);
        return new IncarnationSecret(made);
    }

    static void Compose(ISiloBuilder silo, ConfigurationManager configuration)
    {
        var cluster = configuration.Settings<Options.ClusterOptions>("Cluster");
        var siloPort = cluster.SiloPort > 0 ? cluster.SiloPort : FreePort();
        var gatewayPort = cluster.GatewayPort > 0 ? cluster.GatewayPort : FreePort();
        silo.UseLocalhostClustering(siloPort, gatewayPort, new IPEndPoint(IPAddress.Loopback, siloPort), "agents", "agents");
        // The due index in the store is the truth and the reminder only its heartbeat, armed again at every start: memory is enough for one silo.
        silo.UseInMemoryReminderService();
        silo.AddOutgoingGrainCallFilter<MovedCalls>();
        silo.Services.AddPlacementDirector<OwnerPlacement, OwnerPlacementDirector>();
        silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = collectAfter);
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(60));
    }

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
