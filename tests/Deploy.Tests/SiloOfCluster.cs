using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>A silo of a cluster as a process of its own, with a client that has its server key; ends with it, by SIGKILL.</summary>
sealed class SiloOfCluster : IAsyncDisposable
{
    readonly Process process;

    SiloOfCluster(Process process, Uri address)
    {
        this.process = process;
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_0123456789abcdef");
    }

    public HttpClient Http { get; }

    /// <summary>Starts one on a database and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message is what it said.</exception>
    public static async Task<SiloOfCluster> StartAsync(string database)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Aampe.Agents.Silo.dll"), "--Cluster:Kind", "Postgres", "--Data:Postgres", database, "--Http:Port", port.ToString(CultureInfo.InvariantCulture),
            "--Bootstrap:ServerKey", "sk_test_0123456789abcdef", "--Bootstrap:WriteKey", "wk_test_0123456789", "--Bootstrap:AdminPassword", "correct horse battery staple", "--Log:Partitions", "4",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var said = new List<string>();
        var silo = new SiloOfCluster(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"));
        silo.process.OutputDataReceived += Keep;
        silo.process.ErrorDataReceived += Keep;
        silo.process.BeginOutputReadLine();
        silo.process.BeginErrorReadLine();
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                if ((await silo.Http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode)
                {
                    return silo;
                }
            }
            catch (HttpRequestException) when (!silo.process.HasExited)
            {
                // It does not listen yet.
            }
            catch (HttpRequestException)
            {
                break;
            }

            await Task.Delay(200);
        }

        await silo.DisposeAsync();
        lock (said)
        {
            throw new InvalidOperationException($"The silo did not become ready: {string.Join('\n', said)}");
        }

        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.Add(line.Data ?? "");
            }
        }
    }

    /// <summary>Sends one event.</summary>
    /// <returns>How many were accepted.</returns>
    public async Task<int> SendAsync(string messageId, string user)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri("/v1/events", UriKind.Relative), new[] { new { type = "track", userId = user, @event = "Item Added", messageId } });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt32();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        Http.Dispose();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
