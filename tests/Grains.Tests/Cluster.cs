using System.Text;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains.Budgets;
using Aampe.Agents.Grains.Cohorts;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Sqlite;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.TestingHost;

namespace Aampe.Agents.Grains.Tests;

/// <summary>One silo with real serialisation and a real SQLite file, on a clock that the test moves.</summary>
public sealed class Cluster : IAsyncDisposable
{
    readonly string directory;
    readonly InProcessTestCluster silo;

    Cluster(string directory, InProcessTestCluster silo, HandClock clock)
    {
        this.directory = directory;
        this.silo = silo;
        Clock = clock;
    }

    public HandClock Clock { get; }

    public IGrainFactory Grains => silo.Client;

    IServiceProvider Inside => silo.Silos[0].ServiceProvider;

    public RulesCache Rules => Inside.GetRequiredService<RulesCache>();

    public T Get<T>()
        where T : notnull => Inside.GetRequiredService<T>();

    public IAgentStore Store => Inside.GetRequiredService<IAgentStore>();

    public static async Task<Cluster> StartAsync(string? directory = null, HandClock? clock = null, Action<ISiloBuilder>? more = null)
    {
        directory ??= Directory.CreateTempSubdirectory("agents-").FullName;
        clock ??= new HandClock(new Instant(1_767_225_600_000));
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseInMemoryReminderService();
            silo.Services.AddEmbeddedStorage(options =>
            {
                options.Directory = directory;
                options.Partitions = 4;
                options.Synchronous = Durability.Normal;
            });
            silo.Services.AddRowCommits();
            silo.Services.AddSingleton<PartitionOwners>();
            silo.Services.AddPlacementDirector<OwnerPlacement, OwnerPlacementDirector>();
            silo.Services.AddSingleton<IClock>(clock);
            silo.Services.TryAddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(new IncarnationSecret("test"));
            silo.Services.AddSingleton(new PersonSecret([1, 2, 3, 4])).AddSingleton<PersonMarks>().AddSingleton<PanelStates>().AddSingleton<AgentReferences>();
            silo.Services.AddSingleton<RulesCache>().AddSingleton<OpenBills>();
            more?.Invoke(silo);
        });
        var silo = builder.Build();
        await silo.DeployAsync();
        var cluster = new Cluster(directory, silo, clock);
        await cluster.Rules.RefreshAsync(CancellationToken.None);
        return cluster;
    }

    public IUserAgent Agent(string user) => Grains.GetGrain<IUserAgent>(AgentKey.User(AgentKey.DefaultTenant, user).ToString());

    public IUserAgent Anonymous(string id) => Grains.GetGrain<IUserAgent>(AgentKey.Anonymous(AgentKey.DefaultTenant, id).ToString());

    public async Task GoLiveAsync(string program)
    {
        var parsed = (ProgramParse.Ok)ProgramJson.Parse(Encoding.UTF8.GetBytes(program));
        var catalogue = Grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant);
        await catalogue.LoadAsync(parsed.Program.Id, ProgramJson.Write(parsed.Program), live: true, "test");
        await Rules.RefreshAsync(CancellationToken.None);
    }

    /// <summary>Stops the silo, or kills it with all that it is at, and starts another one on the same data.</summary>
    public async Task<Cluster> RestartAsync(bool kill = false)
    {
        if (kill)
        {
            await silo.KillSiloAsync(silo.Silos[0]);
        }

        await silo.DisposeAsync();
        return await StartAsync(directory, Clock);
    }

    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        Directory.Delete(directory, true);
    }
}

/// <summary>A clock that stands where the test puts it.</summary>
public sealed class HandClock(Instant start) : IClock
{
    public Instant Now { get; set; } = start;

    public bool Simulated => true;
}
