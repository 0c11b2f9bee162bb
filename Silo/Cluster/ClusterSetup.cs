using System.Net;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Silo.Options;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Aampe.Agents.Silo.Cluster;

/// <summary>Composition of Orleans: alone on this machine, or with every silo of the same database.</summary>
static class ClusterSetup
{
    // Membership, reminders and the names of grains' state go by it; it never changes, whatever the cluster is called.
    internal const string ServiceId = "agents";
    const string Driver = "Npgsql";

    static readonly TimeSpan collectAfter = TimeSpan.FromMinutes(5), answer = TimeSpan.FromSeconds(30);

    public static void Compose(ISiloBuilder silo, ConfigurationManager configuration)
    {
        var cluster = configuration.Settings<Options.ClusterOptions>("Cluster");
        var siloPort = cluster.SiloPort > 0 ? cluster.SiloPort : FreePort();
        var gatewayPort = cluster.GatewayPort > 0 ? cluster.GatewayPort : FreePort();
        if (cluster.Kind == "Postgres")
        {
            var server = configuration.Settings<DataOptions>("Data").Servers[0];
            silo.Configure<Orleans.Configuration.ClusterOptions>(names => (names.ClusterId, names.ServiceId) = (cluster.Id, ServiceId));
            silo.ConfigureEndpoints(IPAddress.Parse(cluster.Address), siloPort, gatewayPort, listenOnAnyHostAddress: false);
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Driver, server));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Driver, server));
            silo.Configure<ClusterMembershipOptions>(Watch);
            silo.Services.AddHostedService<SchemaFirst>();
            if (cluster.Kubernetes)
            {
                silo.UseKubernetesHosting();
                // It listens wherever the pod listens; the ports stay those of the settings.
                silo.Configure<EndpointOptions>(endpoints => (endpoints.SiloPort, endpoints.GatewayPort) = (siloPort, gatewayPort));
            }
        }
        else
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, new IPEndPoint(IPAddress.Loopback, siloPort), ServiceId, ServiceId);
            // The due index in the store is the truth and the reminder only its heartbeat, armed again at every start: memory is enough for one silo.
            silo.UseInMemoryReminderService();
        }

        // Faults cross silos as what they are, with those that caused them: whoever asked must tell a partition that moved, or a store that is down, from a mistake.
        silo.Services.Configure<ExceptionSerializationOptions>(faults => faults.SupportedExceptionTypeFilter = _ => true);
        silo.AddOutgoingGrainCallFilter<MovedCalls>();
        silo.Services.AddPlacementDirector<OwnerPlacement, OwnerPlacementDirector>();
        silo.Services.AddPlacementDirector<OnSilo, OnSiloDirector>();
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = collectAfter;
            collection.EnableActivationSheddingOnMemoryPressure = true;
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = answer);
    }

    // Two probes a second apart from being missed: a dead silo is noticed in about six seconds. Two votes, since one lets a silo with a bad
    // network throw healthy ones out; two silos need one.
    static void Watch(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedProbesLimit = 3;
        membership.NumVotesForDeathDeclaration = 2;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
    }

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
