using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Aampe.Agents.Chaos;

/// <summary>One silo as a process of its own, which can be killed and started again at the same ports.</summary>
public sealed partial class SiloProcess : IAsyncDisposable
{
    const int Terminate = 15;
    static readonly TimeSpan patience = TimeSpan.FromMinutes(3), look = TimeSpan.FromMilliseconds(50);

    readonly SemaphoreSlim busy = new(1);
    readonly int siloPort = FreePort(), gatewayPort = FreePort();
    readonly IReadOnlyDictionary<string, string> settings;
    readonly IReadOnlyList<string> enter;
    readonly string host;
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2) };
    Process? process;
    bool serves;

    /// <summary>A silo that is not started yet.</summary>
    /// <param name="number">Its number in the cluster, from 0.</param>
    /// <param name="settings">Settings beside its ports.</param>
    /// <param name="logs">Folder of its log.</param>
    /// <param name="network">Network that it has a part of; null = the loopback.</param>
    public SiloProcess(int number, IReadOnlyDictionary<string, string> settings, string logs, Network? network = null)
    {
        (Number, this.settings, enter) = (number, settings, network?.Enter(number) ?? []);
        host = network?.Silo(number) ?? "127.0.0.1";
        LogFile = Path.Combine(logs, string.Create(CultureInfo.InvariantCulture, $"silo-{number}.log"));
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{FreePort()}"));
    }

    /// <summary>Number in the cluster, from 0.</summary>
    public int Number { get; }

    /// <summary>Where it serves.</summary>
    public Uri Address { get; }

    /// <summary>What it says.</summary>
    public string LogFile { get; }

    /// <summary>Whether the process is there.</summary>
    public bool Runs => process is { HasExited: false };

    /// <summary>Whether it has said that it is ready, and nobody has ended it since: what a balancer would send requests to.</summary>
    public bool Serves => serves && Runs;

    /// <summary>Whether it has ended although nobody has ended it: whatever starts silos would start it again.</summary>
    public bool Fell => serves && !Runs;

    /// <summary>The longest start.</summary>
    public TimeSpan LongestStart { get; private set; }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or is not ready in time.</exception>
    public Task StartAsync(CancellationToken stop) => AloneAsync(() => LaunchAsync(stop), stop);

    /// <summary>Starts it if it has fallen.</summary>
    /// <returns>The exit code that it had; null when it runs, or was ended.</returns>
    public async Task<int?> StartFallenAsync(CancellationToken stop)
    {
        int? code = null;
        await AloneAsync(
            async () =>
            {
                if (Fell)
                {
                    code = process!.ExitCode;
                    await LaunchAsync(stop);
                }
            },
            stop);
        return code;
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync(CancellationToken stop = default) => AloneAsync(
        async () =>
        {
            serves = false;
            process!.Kill();
            await process.WaitForExitAsync(stop);
        },
        stop);

    /// <summary>SIGTERM, and the wait for its end.</summary>
    /// <returns>Exit code and the time it took.</returns>
    public async Task<(int Code, TimeSpan Took)> TerminateAsync(CancellationToken stop)
    {
        (int, TimeSpan) ended = default;
        await AloneAsync(
            async () =>
            {
                var since = Stopwatch.GetTimestamp();
                serves = false;
                _ = Signal(process!.Id, Terminate);
                await process.WaitForExitAsync(stop);
                ended = (process.ExitCode, Stopwatch.GetElapsedTime(since));
            },
            stop);
        return ended;
    }

    /// <summary>Whether it says that it is ready.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken stop) => await ReadinessAsync(stop) is { Status: 200 };

    /// <summary>What it says of its readiness; null when it does not answer within two seconds.</summary>
    public async Task<Answer?> ReadinessAsync(CancellationToken stop)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(Address, "/health/ready"), stop);
            return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(stop), null);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Runs)
        {
            // Whatever it is at.
            process!.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        http.Dispose();
        busy.Dispose();
    }

    // A fault and whoever starts what has fallen do not meet.
    async Task AloneAsync(Func<Task> act, CancellationToken stop)
    {
        await busy.WaitAsync(stop);
        try
        {
            await act();
        }
        finally
        {
            busy.Release();
        }
    }

    async Task LaunchAsync(CancellationToken stop)
    {
        Launch();
        var since = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(stop))
        {
            if (!Runs)
            {
                throw new InvalidOperationException($"Silo {Number} ended with {process!.ExitCode} while it started: {LastWords()}");
            }

            if (Stopwatch.GetElapsedTime(since) > patience)
            {
                throw new InvalidOperationException($"Silo {Number} was not ready after {patience.TotalSeconds} s: {LastWords()}");
            }

            await Task.Delay(look, stop);
        }

        var took = Stopwatch.GetElapsedTime(since);
        LongestStart = took > LongestStart ? took : LongestStart;
        serves = true;
    }

    void Launch()
    {
        process?.Dispose();
        serves = false;
        var silo = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Silo", "release", "Aampe.Agents.Silo.dll"));
        string[] line = [.. enter, "sh", "-c", "exec dotnet \"$0\" >>\"$1\" 2>&1", silo, LogFile];
        var start = new ProcessStartInfo(line[0], line[1..]) { WorkingDirectory = Path.GetDirectoryName(LogFile)! };
        start.Environment["Http__Port"] = Address.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["Http__Address"] = host;
        start.Environment["Cluster__Address"] = host;
        start.Environment["Cluster__SiloPort"] = siloPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["Cluster__GatewayPort"] = gatewayPort.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        process = Process.Start(start)!;
    }

    string LastWords()
    {
        var text = File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";
        return text.Length > 1_500 ? text[^1_500..] : text;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
