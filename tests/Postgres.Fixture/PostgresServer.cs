using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Aampe.Agents.Postgres.Fixture;

/// <summary>
/// A throw-away PostgreSQL server on a free port of the loopback, with fsync as in production. Its directory and its processes end
/// with it, and with the process that started it, however that ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    // Lives as long as its standard input. When the starter is gone without a word, the server ends and its directory goes.
    const string Keeper = """
        bin=$1; dir=$2; port=$3; hosts=$4; shift 4
        exec 3<&0
        "$bin/postgres" -D "$dir" -p "$port" -k "$dir" -h "$hosts" -c max_connections=200 -c max_locks_per_transaction=256 "$@" </dev/null >>"$dir.log" 2>&1 3<&- &
        pid=$!
        word=$(cat <&3)
        kill -QUIT "$pid" 2>/dev/null
        wait "$pid"
        [ "$word" = keep ] && exit
        # What is mounted is emptied, and taken away by whoever mounted it.
        if mountpoint -q "$dir"; then find "$dir" -mindepth 1 -delete; else rm -rf "$dir" "$dir.log"; fi
        """;

    const int SpareSegments = 24;

    static readonly Lazy<Task<PostgresServer>> Common = new(async () =>
    {
        var server = await StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return server;
    });

    readonly string binaries;
    readonly string directory;
    readonly int port;
    readonly SmallDisk? disk;
    readonly string? address;
    Process? keeper;
    int databases;

    PostgresServer(string binaries, string directory, int port, SmallDisk? disk, string? address)
    {
        this.address = address;
        this.disk = disk;
        this.binaries = binaries;
        this.directory = directory;
        this.port = port;
    }

    /// <summary>The server that the tests of one process share; started by the first that asks.</summary>
    public static Task<PostgresServer> SharedAsync() => Common.Value;

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="megabytes">Size of the disk that it gets, a file system in memory that only root can make; 0 = a directory of this machine's disk.</param>
    /// <param name="address">Address of this machine at which it listens beside the loopback, and lets everybody in.</param>
    /// <exception cref="InvalidOperationException">The programs are missing, or they failed; the message says how.</exception>
    public static async Task<PostgresServer> StartAsync(int megabytes = 0, string? address = null)
    {
        var binaries = Binaries();
        var directory = Path.Combine(Path.GetTempPath(), "agents-postgres-" + Path.GetRandomFileName());
        var disk = megabytes > 0 ? await SmallDisk.MountAsync(directory, megabytes) : null;
        string[] segments = megabytes > 0 ? ["--wal-segsize=1"] : [];
        await RunAsync(Path.Combine(binaries, "initdb"), ["-D", directory, "-U", "agents", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", .. segments]);
        if (address is not null)
        {
            await File.AppendAllTextAsync(Path.Combine(directory, "pg_hba.conf"), $"host all all {address}/24 trust\n");
        }

        var server = new PostgresServer(binaries, directory, FreePort(), disk, address);
        await server.UpAsync();
        return server;
    }

    /// <summary>Connection string of a database; it need not exist.</summary>
    /// <param name="database">Its name.</param>
    /// <param name="host">Address to reach it at; null = the loopback.</param>
    public string ConnectionString(string database, string? host = null) => string.Create(CultureInfo.InvariantCulture, $"Host={host ?? "127.0.0.1"};Port={port};Username=agents;Database={database}");

    /// <summary>Process of the postmaster, whose children do the work.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(directory, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Makes an empty database.</summary>
    /// <param name="template">Database to copy; nobody may be connected to it.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string template = "template1")
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        await AdminAsync($"create database {name} template {template}");
        return ConnectionString(name);
    }

    /// <summary>Drops a database, whoever is connected.</summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await AdminAsync($"drop database if exists {name} with (force)");
    }

    /// <summary>SIGKILL to the postmaster and all of its children.</summary>
    public async Task KillAsync()
    {
        var postmaster = ProcessId;
        var children = Process.GetProcesses().Where(one => ParentOf(one.Id) == postmaster).ToArray();
        using (var process = Process.GetProcessById(postmaster))
        {
            process.Kill();
        }

        foreach (var child in children)
        {
            using (child)
            {
                try
                {
                    child.Kill();
                }
                catch (InvalidOperationException)
                {
                    // It ended by itself in between.
                }
            }
        }

        await LetGoAsync("keep");
    }

    /// <summary>Starts a server that was killed or stopped, and waits until it answers.</summary>
    public async Task UpAsync()
    {
        keeper?.Dispose();
        string[] small = disk is not null ? ["-c", "min_wal_size=32MB", "-c", "max_wal_size=48MB"] : [];
        keeper = Start("sh", ["-c", Keeper, "keeper", binaries, directory, port.ToString(CultureInfo.InvariantCulture), address is null ? "127.0.0.1" : "127.0.0.1," + address, .. small]);
        for (var tries = 0; ; tries++)
        {
            try
            {
                await AdminAsync("select 1");
                return;
            }
            catch (NpgsqlException) when (tries < 300)
            {
                if (keeper.HasExited)
                {
                    throw new InvalidOperationException($"PostgreSQL did not start: {await File.ReadAllTextAsync(directory + ".log")}");
                }

                await Task.Delay(100);
            }
        }
    }

    /// <summary>Stops the server at once, as a fast restart does: running commands are cut off.</summary>
    public async Task StopAsync()
    {
        await RunAsync(Path.Combine(binaries, "pg_ctl"), "-D", directory, "-m", "fast", "-w", "stop");
        await LetGoAsync("keep");
    }

    /// <summary>Whether the server answers.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            await AdminAsync("select 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Takes all the room that is left on a disk of its own, but for some segments of the server's own journal: without those it would not refuse, but end.</summary>
    /// <returns>Gives it back.</returns>
    /// <exception cref="InvalidOperationException">The disk is this machine's.</exception>
    public async Task<IDisposable> FillAsync()
    {
        if (disk is null)
        {
            throw new InvalidOperationException("Only a server with a disk of its own can be left without room.");
        }

        // Segments that a checkpoint finds done with become those to come.
        for (var segment = 0; segment < SpareSegments; segment++)
        {
            await AdminAsync("select pg_logical_emit_message(false, 'filling', 'a segment is not ended before something is in it')");
            await AdminAsync("select pg_switch_wal()");
        }

        await AdminAsync("checkpoint");
        return disk.Fill();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (keeper is { HasExited: false })
        {
            await LetGoAsync("");
        }

        keeper?.Dispose();
        if (disk is not null)
        {
            // The keeper has emptied it already.
            await disk.UnmountAsync();
        }
        else if (Directory.Exists(directory))
        {
            await RunAsync("rm", "-rf", directory, directory + ".log");
        }
    }

    async Task LetGoAsync(string word)
    {
        await keeper!.StandardInput.WriteAsync(word);
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
    }

    async Task AdminAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5;Command Timeout=120");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static int ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static string Binaries()
    {
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal) : Enumerable.Empty<string>();
        var places = versions.Select(version => Path.Combine(version, "bin")).Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'));
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")))
            ?? throw new InvalidOperationException("PostgreSQL is needed and was not found in /usr/lib/postgresql or on the PATH. On Debian, as root: apt-get install --no-install-recommends postgresql");
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
        }
    }

    // PostgreSQL refuses to run as root: then its programs run as the user that the package made.
    static Process Start(string program, params string[] arguments)
    {
        string[] before = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        string[] all = [.. before, program, .. arguments];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }
}
