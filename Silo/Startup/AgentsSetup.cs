using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Clock;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Cohorts;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Privacy;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Silo.Schedules;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Kafka;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Postgres;
using Aampe.Agents.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Startup;

/// <summary>Composition of storage, clock, Orleans, pump and cohorts.</summary>
public static class AgentsSetup
{
    /// <summary>Adds everything that agents live in.</summary>
    public static WebApplicationBuilder AddAgents(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddChecked<DataOptions>("Data").AddChecked<LogOptions>("Log").AddChecked<KafkaLogOptions>("Log:Kafka").AddChecked<GrainsOptions>("Agents").AddChecked<ClockOptions>("Clock")
            .AddChecked<PumpOptions>("Pump").AddChecked<ProgramFilesOptions>("Programs").AddChecked<Options.ClusterOptions>("Cluster");
        AddStorage(services, builder.Configuration);
        AddClock(services);
        services.AddSingleton(Secret).AddSingleton(PeopleSecret).AddPrivacy().AddSingleton<RulesCache>().AddSingleton<CohortFolder>();
        services.AddSingleton<TriggeredAnswers>().AddSingleton<PumpProgress>().AddSingleton<PumpBarrier>().AddSingleton<PartitionPump>().AddSingleton<AgentReferences>();
        services.AddSingleton<ProgramFiles>().AddSingleton<Readiness>().AddSingleton<PatientStart>();
        builder.UseOrleans(silo => ClusterSetup.Compose(silo, builder.Configuration));
        // In this order: what was missed and the rules first, then what acts by them. The web server comes last by itself.
        services.AddSingleton<PartitionOwners>().AddSingleton<RulesEverywhere>().AddSingleton<IAppliedOffsets>(all => all.GetRequiredService<PumpProgress>());
        services.AddHostedService<IngestLiveness>().AddHostedService<PrepareAgents>().AddHostedService(all => all.GetRequiredService<TriggeredAnswers>()).AddHostedService<PumpHost>().AddHostedService<RulesSchedule>().AddHostedService<Heartbeats>().AddHostedService<DueLoop>().AddHostedService<CohortSchedule>().AddHostedService<LogRetention>()
            .AddHostedService(all => all.GetRequiredService<RegulationDriver>());
        return builder;
    }

    static void AddStorage(IServiceCollection services, ConfigurationManager configuration)
    {
        var data = configuration.Settings<DataOptions>("Data");
        var eventLog = configuration.Settings<LogOptions>("Log");
        var agents = configuration.Settings<GrainsOptions>("Agents");
        if (data.Servers is { Length: > 0 } servers)
        {
            services.AddPostgresStorage(postgres =>
            {
                postgres.ConnectionStrings = servers;
                postgres.Lanes = data.PostgresLanes;
                postgres.Partitions = eventLog.Partitions;
                postgres.Retention = TimeSpan.FromDays(eventLog.RetentionDays);
            });
        }
        else
        {
            services.AddEmbeddedStorage(sqlite =>
            {
                sqlite.Directory = data.Directory;
                sqlite.Synchronous = Enum.Parse<Durability>(data.Synchronous);
                sqlite.Partitions = eventLog.Partitions;
                sqlite.Retention = TimeSpan.FromDays(eventLog.RetentionDays);
            });
        }

        if (eventLog.Kind == "Kafka")
        {
            services.AddKafkaLog(kafka => configuration.Settings<KafkaLogOptions>("Log:Kafka").To(kafka, eventLog.Partitions));
            services.AddHostedService<KafkaFirst>();
        }

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
        return new IncarnationSecret(seed.Length > 0 ? seed : StoredAsync(all.GetRequiredService<IDocumentStore>(), "incarnation").GetAwaiter().GetResult());
    }

    // Always random: a seed is known to whoever repeats a run.
    static PersonSecret PeopleSecret(IServiceProvider all) => new(Encoding.UTF8.GetBytes(StoredAsync(all.GetRequiredService<IDocumentStore>(), "people").GetAwaiter().GetResult()));

    static async Task<string> StoredAsync(IDocumentStore documents, string name)
    {
        if (await documents.ReadAsync(AgentKey.DefaultTenant, "secret", name, CancellationToken.None) is { } known)
        {
            return Encoding.UTF8.GetString(known.Content.Span);
        }

        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        try
        {
            await documents.WriteAsync(AgentKey.DefaultTenant, "secret", name, 0, Encoding.UTF8.GetBytes(made), keepHistory: false, CancellationToken.None);
            return made;
        }
        catch (DocumentConflictException)
        {
            // Another silo started at the same moment and was first.
            return await StoredAsync(documents, name);
        }
    }
}
