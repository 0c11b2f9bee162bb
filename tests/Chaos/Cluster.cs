using System.Globalization;
using Aampe.Agents.Chaos.Faults;
using Aampe.Agents.Postgres.Fixture;
using Npgsql;

namespace Aampe.Agents.Chaos;

/// <summary>Everything that a run needs: PostgreSQL, silos, a receiver and a way to them. It ends what it has started.</summary>
public sealed class Cluster : IAsyncDisposable
{
    readonly DirectoryInfo folder;
    readonly string store;

    Cluster(PostgresServer database, string store, KafkaBroker? kafka, Network? network, Receiver receiver, DirectoryInfo folder, IReadOnlyList<SiloProcess> silos)
    {
        (Database, this.store, Kafka, Network, Receiver, this.folder, Silos) = (database, store, kafka, network, receiver, folder, silos);
        Gateway = new Gateway(silos);
    }

    /// <summary>The store of all silos.</summary>
    public PostgresServer Database { get; }

    /// <summary>The brokers of the log; null when the log is in the database.</summary>
    public KafkaBroker? Kafka { get; }

    /// <summary>The networks of the silos; null = all is on the loopback.</summary>
    public Network? Network { get; }

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
    /// <param name="options">What was asked for.</param>
    /// <param name="fault">What it needs of them.</param>
    /// <param name="stop">Ends the start.</param>
    public static async Task<Cluster> StartAsync(ChaosOptions options, IFault fault, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(fault);
        var network = fault.Networks ? await Network.StartAsync(options.Silos) : null;
        var database = await PostgresServer.StartAsync(fault.DatabaseMegabytes, network?.Database);
        var kafka = options.Log == "kafka" ? await KafkaBroker.StartAsync(stop) : null;
        var folder = Directory.CreateTempSubdirectory("chaos-");
        var receiver = new Receiver(options.Seed, network?.Host ?? "127.0.0.1");
        await receiver.StartAsync();
        var store = new NpgsqlConnectionStringBuilder(await database.CreateDatabaseAsync()).Database!;
        var settings = Settings(options, database.ConnectionString(store, network?.Database), kafka, receiver);
        var cluster = new Cluster(
            database, database.ConnectionString(store), kafka, network, receiver, folder, [.. Enumerable.Range(0, options.Silos).Select(number => new SiloProcess(number, settings, folder.FullName, network))]);
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
        if (Kafka is not null)
        {
            await Kafka.DisposeAsync();
        }

        await Database.DisposeAsync();
        if (Network is not null)
        {
            await Network.DisposeAsync();
        }

        if (!KeepLogs)
        {
            folder.Delete(true);
        }
    }

    /// <summary>Messages that are neither sent nor given up, as the store has them: as of the last checkpoints.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> OutboxAsync(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(store + ";Pooling=false");
        await connection.OpenAsync(stop);
        await using var command = new NpgsqlCommand("select encode(decision, 'escape'), encode(agent, 'escape'), status, due, attempts from outbox order by due", connection);
        await using var rows = await command.ExecuteReaderAsync(stop);
        var found = new List<OutboxMessage>();
        while (await rows.ReadAsync(stop))
        {
            found.Add(new OutboxMessage(rows.GetString(0), rows.GetString(1), rows.GetInt16(2) == 1, DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(3)), rows.GetInt32(4)));
        }

        return found;
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

    static Dictionary<string, string> Settings(ChaosOptions options, string database, KafkaBroker? kafka, Receiver receiver)
    {
        var settings = new Dictionary<string, string>
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
        if (kafka is not null)
        {
            settings["Log:Kind"] = "Kafka";
            settings["Log:Partitions"] = KafkaBroker.Partitions.ToString(CultureInfo.InvariantCulture);
            settings["Log:Kafka:BootstrapServers"] = kafka.Servers;
            settings["Log:Kafka:Topic"] = KafkaBroker.Topic;
        }

        return settings;
    }
}

/// <summary>A message in the outbox.</summary>
/// <param name="Decision">Its decision.</param>
/// <param name="Agent">Its agent.</param>
/// <param name="Waits">Whether it waits for an attempt; false = an attempt is under way, or was.</param>
/// <param name="Due">When the next attempt is due, or when the last one began.</param>
/// <param name="Attempts">Attempts made.</param>
public sealed record OutboxMessage(string Decision, string Agent, bool Waits, DateTimeOffset Due, int Attempts);
