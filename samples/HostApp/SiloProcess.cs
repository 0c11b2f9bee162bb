using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Aampe.Agents.HostApp;

/// <summary>The silo as an operator would start it. It ends with this app; its data too, unless the plan names a folder for them.</summary>
public sealed partial class SiloProcess : IAsyncDisposable
{
    const int Terminate = 15;
    const string PidFile = "silo.pid";
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly string data;
    readonly bool kept;
    readonly StreamWriter log;
    bool closed;

    SiloProcess(Process process, string data, bool kept, Uri address, string writeKey, string serverKey, string password)
    {
        this.process = process;
        (this.data, this.kept) = (data, kept);
        (Address, WriteKey, ServerKey, AdminPassword) = (address, writeKey, serverKey, password);
        LogFile = data + ".log";
        log = new StreamWriter(LogFile) { AutoFlush = true };
    }

    /// <summary>Id of the process.</summary>
    public int ProcessId => process.Id;

    /// <summary>Whether the process is there no more.</summary>
    public bool HasEnded => process.HasExited;

    public Uri Address { get; }

    public string WriteKey { get; }

    public string ServerKey { get; }

    public string AdminPassword { get; }

    /// <summary>What the silo printed.</summary>
    public string LogFile { get; }

    /// <summary>Starts a silo on a free port and waits until it serves.</summary>
    public static async Task<SiloProcess> StartAsync(SiloPlan plan, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!File.Exists(plan.Program))
        {
            throw new FileNotFoundException($"--silo names '{plan.Program}', which does not exist. Build it first: dotnet build -c Release Silo", plan.Program);
        }

        var data = plan.Folder ?? Path.Combine(Path.GetTempPath(), plan.Name + "-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
        Directory.CreateDirectory(data);
        EndForgotten(data);
        var port = FreePort();
        var (writeKey, serverKey, password) = plan.Keys ?? ("wk_" + plan.Name, $"sk_{plan.Name}_{Secret()}", Secret());
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = data };
        string[] arguments =
        [
            plan.Program, "--clock", "simulated", "--Clock:Start", plan.Start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            "--Http:Port", $"{port}", "--Data:Directory", Path.Combine(data, "data"), "--Data:Synchronous", "Normal",
            "--Agents:Seed", plan.Seed, "--Agents:CohortMinutes", "360", "--Delivery:AllowPrivateAddresses", "true",
        ];
        foreach (var argument in (string[])[.. arguments, .. plan.Programs is { } programs ? ["--Programs:Path", programs] : Array.Empty<string>(), .. plan.Settings.Select(setting => "--" + setting)])
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var channel in plan.Channels)
        {
            info.Environment[$"Delivery__Channels__{channel}__Kind"] = "webhook";
            info.Environment[$"Delivery__Channels__{channel}__Url"] = plan.Webhook;
            info.Environment[$"Delivery__Channels__{channel}__Secret"] = plan.Secret;
        }

        info.Environment["Bootstrap__WriteKey"] = writeKey;
        info.Environment["Bootstrap__ServerKey"] = serverKey;
        info.Environment["Bootstrap__AdminPassword"] = password;
        var silo = new SiloProcess(new Process { StartInfo = info }, data, plan.Folder is not null, new Uri($"http://127.0.0.1:{port}/"), writeKey, serverKey, password);
        await silo.WaitReadyAsync(stop);
        return silo;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            // Asked to go, it finishes what it answered; only a deaf one is killed.
            _ = Kill(process.Id, Terminate);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        var sound = process.ExitCode == 0;
        process.Dispose();
        lock (log)
        {
            closed = true;
            log.Dispose();
        }

        if (kept)
        {
            File.Delete(Path.Combine(data, PidFile));
            return;
        }

        if (sound)
        {
            File.Delete(LogFile);
        }

        Directory.Delete(data, recursive: true);
    }

    // An app that was killed leaves its silo behind, which still holds the data.
    static void EndForgotten(string data)
    {
        var file = Path.Combine(data, PidFile);
        if (!File.Exists(file) || !int.TryParse(File.ReadAllText(file), out var id) || !File.Exists($"/proc/{id}/cmdline") || !File.ReadAllText($"/proc/{id}/cmdline").Contains(data, StringComparison.Ordinal))
        {
            return;
        }

        using var forgotten = Process.GetProcessById(id);
        forgotten.Kill();
        forgotten.WaitForExit();
    }

    async Task WaitReadyAsync(CancellationToken stop)
    {
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        await File.WriteAllTextAsync(Path.Combine(data, PidFile), process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), stop);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = Address };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        while (!await IsReadyAsync(http, limit.Token))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The silo ended with code {process.ExitCode} before it served; see {LogFile}.");
            }

            await Task.Delay(100, limit.Token);
        }
    }

    static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken stop)
    {
        try
        {
            using var response = await http.GetAsync("health/ready", stop);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Nobody listens yet: that is what is being waited for.
            return false;
        }
    }

    void Note(string? line)
    {
        lock (log)
        {
            // The last lines of a process that was killed can come after its end.
            if (line is not null && !closed)
            {
                log.WriteLine(line);
            }
        }
    }

    static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
