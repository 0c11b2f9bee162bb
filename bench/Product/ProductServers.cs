using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aampe.Agents.Bench.Peers;
using Aampe.Agents.Postgres.Fixture;
using Npgsql;

namespace Aampe.Agents.Bench.Product;

/// <summary>PostgreSQL and silos as an operator starts them, with fsync, on loopback; gone with the bench.</summary>
sealed class ProductServers : IAsyncDisposable
{
    public const string WriteKey = "wk_bench", ServerKey = "sk_bench_0123456789";
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly PostgresServer postgres;
    readonly List<Process> silos = [];
    readonly string directory = Directory.CreateTempSubdirectory("agents-bench-").FullName;
    readonly string connection;
    readonly string dll;
    readonly (string Key, string Value)[] settings;

    ProductServers(PostgresServer postgres, string connection, string dll, (string Key, string Value)[] settings) =>
        (this.postgres, this.connection, this.dll, this.settings) = (postgres, connection, dll, settings);

    public List<Uri> Silos { get; } = [];

    /// <param name="dll">Aampe.Agents.Silo.dll.</param>
    /// <param name="count">Silos.</param>
    /// <param name="settings">Further settings of all of them.</param>
    public static async Task<ProductServers> StartAsync(string dll, int count, params (string Key, string Value)[] settings)
    {
        if (!File.Exists(dll))
        {
            throw new FileNotFoundException($"There is no silo at {Path.GetFullPath(dll)}: build it with dotnet build -c Release Silo, or name it with --silo.");
        }

        var postgres = await PostgresServer.StartAsync();
        var servers = new ProductServers(postgres, await postgres.CreateDatabaseAsync(), dll, settings);
        for (var number = 0; number < count; number++)
        {
            await servers.AddSiloAsync(count > 1);
        }

        return servers;
    }

    /// <summary>Seconds of CPU that all silos have used.</summary>
    public double SiloCpu() => silos.Sum(silo =>
    {
        silo.Refresh();
        return silo.TotalProcessorTime.TotalSeconds;
    });

    /// <summary>Seconds of CPU that PostgreSQL has used.</summary>
    public double PostgresCpu() => new ServerCpu(postgres.ProcessId).Server();

    /// <summary>Bytes of memory of all silos.</summary>
    public long SiloBytes() => silos.Sum(silo =>
    {
        silo.Refresh();
        return silo.WorkingSet64;
    });

    /// <summary>One figure of the database.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Completes when every event of the log is in the rows of its agent.</summary>
    public async Task SettledAsync()
    {
        while (await AskAsync<long>("select coalesce(sum(h.next - coalesce(o.cursor, 0)), 0)::bigint from log_heads h left join partition_owners o using (partition)") > 0)
        {
            await Task.Delay(20);
        }
    }

    /// <summary>Completes when the silos have nothing to do: agents that were told something new have planned what comes next.</summary>
    public async Task QuietAsync()
    {
        for (var (before, rest) = (SiloCpu(), TimeSpan.FromSeconds(3)); ; before = SiloCpu())
        {
            await Task.Delay(rest);
            if (SiloCpu() - before < 0.15 * rest.TotalSeconds)
            {
                return;
            }
        }
    }

    /// <summary>Ends the one silo and starts another in its place: nothing is in memory.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        await AddSiloAsync(false);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await postgres.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    async Task EndAsync()
    {
        foreach (var silo in silos)
        {
            silo.Kill(entireProcessTree: true);
            await silo.WaitForExitAsync();
            silo.Dispose();
        }

        silos.Clear();
        Silos.Clear();
    }

    async Task AddSiloAsync(bool cluster)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Path.GetFullPath(dll)]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        (string Key, string Value)[] all =
        [
            ("Http:Port", port.ToString(CultureInfo.InvariantCulture)), ("Data:Postgres", connection), ("Cluster:Kind", cluster ? "Postgres" : "Single"),
            ("Bootstrap:WriteKey", WriteKey), ("Bootstrap:ServerKey", ServerKey), ("Bootstrap:AdminPassword", "password_of_the_bench"), ("Logging:LogLevel:Default", "Warning"), .. settings,
        ];
        foreach (var (key, value) in all)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var silo = Process.Start(start)!;
        silos.Add(silo);
        var said = new List<string>();
        silo.OutputDataReceived += (_, line) => said.Add(line.Data ?? "");
        silo.ErrorDataReceived += (_, line) => said.Add(line.Data ?? "");
        silo.BeginOutputReadLine();
        silo.BeginErrorReadLine();
        var address = new Uri($"http://127.0.0.1:{port}");
        using var http = new HttpClient { BaseAddress = address };
        for (var since = Stopwatch.StartNew(); ;)
        {
            if (silo.HasExited || since.Elapsed > patience)
            {
                throw new InvalidOperationException($"The silo did not start:{Environment.NewLine}{string.Join(Environment.NewLine, said)}");
            }

            try
            {
                using var ready = await http.GetAsync("health/ready");
                if (ready.IsSuccessStatusCode)
                {
                    Silos.Add(address);
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
