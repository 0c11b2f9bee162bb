using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Storage;

namespace Aampe.Agents.Storage.Tests.Postgres;

/// <summary>The providers of Orleans run on the tables and statements that our migrations make.</summary>
public sealed class OrleansTablesTests : IAsyncLifetime
{
    Place place = null!;

    public async Task InitializeAsync() => place = await Place.NewAsync(1);

    public async Task DisposeAsync()
    {
        await Place.RunAsync(place.ConnectionStrings[0], "delete from orleansstorage; delete from orleansreminderstable; delete from orleansmembershiptable; delete from orleansmembershipversiontable");
        await place.DisposeAsync();
    }

    [Fact]
    public async Task Two_silos_join_and_grain_state_and_reminders_survive_both()
    {
        var first = await SiloAsync();
        var second = await SiloAsync();
        var manager = second.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        Assert.Equal(2, (await manager.GetHosts(onlyActive: true)).Count);

        var storage = first.Services.GetRequiredKeyedService<IGrainStorage>("seldom");
        var (grain, state) = (GrainId.Create("program", "a/b 'c"), new GrainState<List<string>>(["one"]));
        await storage.WriteStateAsync("kept", grain, state);
        state.State = ["two"];
        await storage.WriteStateAsync("kept", grain, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("kept", grain, new GrainState<List<string>>(["late"])));

        var reminders = first.Services.GetRequiredService<IReminderTable>();
        var row = new ReminderEntry { GrainId = grain, ReminderName = "tick", StartAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), Period = TimeSpan.FromMinutes(1) };
        var tag = (await reminders.UpsertRow(row))!;
        Assert.NotEqual(tag, await reminders.UpsertRow(row));
        await StopAsync(first);
        await StopAsync(second);

        var third = await SiloAsync();
        storage = third.Services.GetRequiredKeyedService<IGrainStorage>("seldom");
        var read = new GrainState<List<string>>();
        await storage.ReadStateAsync("kept", grain, read);
        Assert.True(read.RecordExists);
        Assert.Equal(["two"], read.State!);
        await storage.ClearStateAsync("kept", grain, read);
        var gone = new GrainState<List<string>>();
        await storage.ReadStateAsync("kept", grain, gone);
        Assert.False(gone.RecordExists);

        reminders = third.Services.GetRequiredService<IReminderTable>();
        var found = (await reminders.ReadRow(grain, "tick"))!;
        Assert.Equal((row.StartAt, row.Period), (found.StartAt, found.Period));
        Assert.Single((await reminders.ReadRows(grain)).Reminders);
        Assert.Single((await reminders.ReadRows(0, 0)).Reminders);
        Assert.False(await reminders.RemoveRow(grain, "tick", tag));
        Assert.True(await reminders.RemoveRow(grain, "tick", found.ETag!));
        Assert.Empty((await reminders.ReadRows(grain)).Reminders);
        await StopAsync(third);
    }

    async Task<IHost> SiloAsync()
    {
        var connectionString = place.ConnectionStrings[0];
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString));
            silo.AddAdoNetGrainStorage("seldom", options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString));
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("test", "agents"));
            silo.ConfigureEndpoints(IPAddress.Loopback, FreePort(), FreePort(), listenOnAnyHostAddress: false);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    static async Task StopAsync(IHost host)
    {
        await host.StopAsync();
        host.Dispose();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
