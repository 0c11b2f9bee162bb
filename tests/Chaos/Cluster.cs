using Aampe.Agents.Postgres.Fixture;

namespace Aampe.Agents.Chaos;

/// <summary>Everything that a run needs: PostgreSQL, silos, a receiver and a way to them. It ends what it has started.</summary>
public sealed class Cluster : IAsyncDisposable
{
    readonly DirectoryInfo folder;

    Cluster(PostgresServer database, Receiver receiver, DirectoryInfo folder, IReadOnlyList<SiloProcess> silos)
    {
        (Database, Receiver, this.folder, Silos) = (database, receiver, folder, silos);
        Gateway = new Gateway(silos);
    }

    /// <summary>The store of all silos.</summary>
    public PostgresServer Database { get; }

    /// <summary>Where the messages go.</summary>
    public Receiver Receiver { get; }

    /// <summary>The silos, running or not.</summary>
    public IReadOnlyList<SiloProcess> Silos { get; }

    /// <summary>The way to them.</summary>
    public Gateway Gateway { get; }

    /// <summary>Folder of the silos' logs.</summary>
    public string Logs => folder.FullName;

    /// <summary>Whether the logs stay.</summary>
    public bool KeepLogs { get; set; }

    /// <summary>Starts everything.</summary>
    /// <exception cref="NotSupportedException">The log is one that this release has no broker for.</exception>
    public static async Task<Cluster> StartAsync(ChaosOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Log != "postgres")
        {
            throw new NotSupportedException($"--log {options.Log}: there is no broker to run against yet; --log postgres.");
        }

        var database = await PostgresServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("chaos-");
        var receiver = new Receiver(options.Seed);
        await receiver.StartAsync();
        var settings = Settings(options, await database.CreateDatabaseAsync(), receiver);
        var cluster = new Cluster(database, receiver, folder, [.. Enumerable.Range(0, options.Silos).Select(number => new SiloProcess(number, settings, folder.FullName))]);
        try
        {
            // The first makes the schema, the keys and the programs.
            await cluster.Silos[0].StartAsync(stop);
            await cluster.AllowEverythingAsync(stop);
            await Task.WhenAll(cluster.Silos.Skip(1).Select(silo => silo.StartAsync(stop)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        Gateway.Dispose();
        await Receiver.DisposeAsync();
        await Database.DisposeAsync();
        if (!KeepLogs)
        {
            folder.Delete(true);
        }
    }

    // Hours and caps would keep most messages back.
    async Task AllowEverythingAsync(CancellationToken stop)
    {
        const string settings = """{"timeZone":"UTC","guardrails":{"id":"none","quietHours":[],"caps":[],"minGapHours":null}}""";
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Authorization", ChaosKeys.Server);
        var address = new Uri(Silos[0].Address, "/v1/workspace");
        using var known = await http.GetAsync(address, stop);
        known.EnsureSuccessStatusCode();
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StringContent(settings, null, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", known.Headers.ETag!.ToString());
        using var changed = await http.SendAsync(request, stop);
        changed.EnsureSuccessStatusCode();
    }

    static Dictionary<string, string> Settings(ChaosOptions options, string database, Receiver receiver) => new()
    {
        ["Data:Postgres"] = database,
        ["Cluster:Kind"] = "Postgres",
        ["Agents:Commit"] = options.Commit,
        ["Bootstrap:WriteKey"] = ChaosKeys.WriteKey,
        ["Bootstrap:ServerKey"] = ChaosKeys.ServerKey,
        ["Bootstrap:AdminPassword"] = ChaosKeys.Password,
        ["Programs:Path"] = Path.Combine(AppContext.BaseDirectory, "programs"),
        ["Delivery:AllowPrivateAddresses"] = "true",
        ["Delivery:Channels:push:Kind"] = "webhook",
        ["Delivery:Channels:push:Url"] = receiver.Url,
        ["Delivery:Channels:push:Secret"] = "whsec_" + Convert.ToBase64String(new byte[32]),
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:Orleans.Runtime.MembershipService"] = "Information",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss.fff ",
        ["Logging:Console:FormatterName"] = "simple",
    };
}
