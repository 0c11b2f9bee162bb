using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Aampe.Agents.Silo.Tests.Segment;

/// <summary>The public npm client of Segment against the real silo process, which is killed while the client sends.</summary>
[Trait("layer", "long")]
public sealed class RealClientTests : IDisposable
{
    const string WriteKey = "wk_test_0123456789abcdef0123456789abcdef";
    const string ServerKey = "sk_test_0123456789abcdef0123456789abcdef";
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("segment-");
    readonly int port = FreePort();
    readonly List<Process> started = [];
    readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(2) };

    [Fact]
    [Trait("proves", "R1")]
    [Trait("proves", "R2")]
    public async Task A_hundred_thousand_events_arrive_exactly_once_although_the_silo_is_killed()
    {
        const int users = 1_000, events = 99;
        var client = await InstallClientAsync();
        var silo = await StartSiloAsync();
        var drive = Start("node", client, "drive.js", "--host", $"http://127.0.0.1:{port}", "--write-key", WriteKey, "--users", $"{users}", "--events", $"{events}", "--duplicates", "0.01", "--flush-at", "250");
        var output = drive.StandardOutput.ReadToEndAsync();
        var errors = drive.StandardError.ReadToEndAsync();

        await UntilAsync(async () => await LogEndAsync() > users * events / 3, "a third of the events is in the log");
        Assert.False(drive.HasExited, "The client was done before the silo was killed: the test would prove nothing.");
        silo.Kill();
        await silo.WaitForExitAsync();
        silo = await StartSiloAsync();
        await drive.WaitForExitAsync();

        var last = (await output).Trim().Split('\n')[^1];
        Assert.True(drive.ExitCode == 0, $"{last}\n{await errors}");
        var unique = JsonDocument.Parse(last).RootElement.GetProperty("unique").GetInt64();
        Assert.Equal(users * (events + 1), unique);
        await UntilAsync(async () => await CountInAgentsAsync(users) >= unique, "the agents have applied what the log holds");
        Assert.Equal(unique, await CountInAgentsAsync(users));
        // The log may hold a batch twice whose answer the kill swallowed; agents count it once.
        Assert.InRange(await LogEndAsync(), unique, unique + 5_000);
    }

    public void Dispose()
    {
        foreach (var process in started.Where(process => !process.HasExited))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        http.Dispose();
        folder.Delete(true);
    }

    async Task<long> LogEndAsync()
    {
        using var overview = JsonDocument.Parse(await GetAsync("/v1/overview"));
        return overview.RootElement.GetProperty("totals").GetProperty("events").GetInt64();
    }

    async Task<long> CountInAgentsAsync(int users)
    {
        long count = 0;
        foreach (var chunk in Enumerable.Range(0, users).Chunk(50))
        {
            foreach (var body in await Task.WhenAll(chunk.Select(user => GetAsync($"/v1/users/u-{user}"))))
            {
                using var summary = JsonDocument.Parse(body);
                count += summary.RootElement.TryGetProperty("counters", out var counters) ? counters.GetProperty("events").GetInt64() : 0;
            }
        }

        return count;
    }

    async Task<string> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServerKey);
        using var response = await http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    // The client is installed from its lock file; without node and npm the test fails, it is not skipped.
    async Task<string> InstallClientAsync()
    {
        var client = folder.CreateSubdirectory("client").FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Segment", "client")))
        {
            File.Copy(file, Path.Combine(client, Path.GetFileName(file)));
        }

        var install = Start("npm", client, "ci", "--no-audit", "--no-fund");
        var said = Task.WhenAll(install.StandardOutput.ReadToEndAsync(), install.StandardError.ReadToEndAsync());
        await install.WaitForExitAsync();
        Assert.True(install.ExitCode == 0, string.Join('\n', await said));
        return client;
    }

    async Task<Process> StartSiloAsync()
    {
        var silo = Start(
            "dotnet", folder.FullName, Path.Combine(AppContext.BaseDirectory, "..", "..", "Silo", "release", "Aampe.Agents.Silo.dll"), "--port", $"{port}", "--data", Path.Combine(folder.FullName, "data"),
            "--Bootstrap:WriteKey", WriteKey, "--Bootstrap:ServerKey", ServerKey, "--Bootstrap:AdminPassword", "a password of the tests");
        _ = silo.StandardOutput.ReadToEndAsync();
        _ = silo.StandardError.ReadToEndAsync();
        await UntilAsync(async () => silo.HasExited ? throw new InvalidOperationException("The silo ended.") : await IsReadyAsync(), "the silo is ready");
        return silo;
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (!await condition())
        {
            if (patience.IsCancellationRequested)
            {
                Assert.Fail($"Waited in vain until {what}.");
            }

            await Task.Delay(100);
        }
    }

    Process Start(string program, string directory, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true })!;
        started.Add(process);
        return process;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
