using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Delivery.Mail;

/// <summary>A silo that is killed while the mail server takes its mail, and started again.</summary>
public sealed class MailKilledTests : IDisposable
{
    readonly DirectoryInfo data = Directory.CreateTempSubdirectory("agents-killed-");
    readonly int port = FreePort();

    [Fact]
    [Trait("proves", "R4")]
    public async Task A_mail_that_was_taken_when_the_silo_died_is_not_sent_again()
    {
        await using var sink = new MailSink();
        using var first = Start(sink.Port);
        await using (var agents = await ReadyAsync())
        {
            await RunningSilo.LiveAsync(agents, MailTown.Program);
            await MailTown.ArriveAsync(agents, "ada", "ada@home.example");
            // The server has the whole mail; its answer never reaches the silo.
            sink.Taken = _ =>
            {
                first.Kill();
                return Task.FromResult<(int, string)?>(null);
            };
            await Assert.ThrowsAnyAsync<AgentClientException>(async () => await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(14)));
        }

        await first.WaitForExitAsync();
        sink.Taken = _ => Task.FromResult<(int, string)?>(null);
        var decision = new DecisionId(Assert.Single(sink.Offered).MessageId!.Split('@')[0]);
        using var second = Start(sink.Port);
        try
        {
            await using var agents = await ReadyAsync();
            for (var waited = 0; (await agents.ActivateAsync(decision)).State != "unknown" && waited < 200; waited++)
            {
                await Task.Delay(50);
            }

            Assert.Equal("unknown", (await agents.ActivateAsync(decision)).State);
            await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(15));
            Assert.Single(sink.Offered, mail => mail.MessageId!.StartsWith(decision.Value, StringComparison.Ordinal));
        }
        finally
        {
            second.Kill();
            await second.WaitForExitAsync();
        }
    }

    public void Dispose() => data.Delete(recursive: true);

    Process Start(int smtp)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] settings =
        [
            "--data", data.FullName, "--port", $"{port}", "--clock", "simulated", "--Clock:Start", "2026-11-24T09:00:00Z", "--Log:Partitions", "2", "--Agents:Seed", "walk",
            "--Bootstrap:ServerKey", RunningSilo.ServerKey, "--Http:PublicAddress", MailTown.PublicAddress, "--Delivery:AllowPrivateAddresses", "true",
            "--Delivery:Channels:email:Kind", "smtp", "--Delivery:Channels:email:Host", "127.0.0.1", "--Delivery:Channels:email:Port", $"{smtp}",
            "--Delivery:Channels:email:Tls", "None", "--Delivery:Channels:email:From", "news@shop.example",
        ];
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Aampe.Agents.Silo.dll"), .. settings])
        {
            info.ArgumentList.Add(argument);
        }

        var process = Process.Start(info)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    async Task<IAgentClient> ReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        for (var tries = 0; ; tries++)
        {
            try
            {
                if ((await http.GetAsync("/health/ready")).IsSuccessStatusCode)
                {
                    break;
                }
            }
            catch (HttpRequestException) when (tries < 600)
            {
            }

            await Task.Delay(100);
        }

        return AgentClientRegistration.Create(o =>
        {
            o.UseHttp(http.BaseAddress, RunningSilo.ServerKey);
            o.CallTimeout = TimeSpan.FromMinutes(1);
        });
    }

    static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
