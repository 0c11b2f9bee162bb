using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Bench.Peers;

/// <summary>The floor of HTTP: the smallest answer that Kestrel gives, in a process of its own, to 32 connections that each wait for their answer.</summary>
static class EmptyEndpoint
{
    /// <summary>Argument of the bench by which it becomes the server.</summary>
    public const string Role = "empty-endpoint";

    const int Connections = 32, Round = 2_000;
    static readonly byte[] request = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n"u8.ToArray();

    /// <summary>Serves until it is ended.</summary>
    public static async Task ServeAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        });
        await app.RunAsync();
    }

    public static async Task RunAsync(Report report)
    {
        var port = PeerServer.FreePort();
        await using var server = await PeerServer.StartAsync(
            Directory.CreateTempSubdirectory("peer-http-").FullName, port, 15, "dotnet", typeof(EmptyEndpoint).Assembly.Location, Role, port.ToString(CultureInfo.InvariantCulture));
        var sockets = Enumerable.Range(0, Connections).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }).ToArray();
        try
        {
            await Task.WhenAll(sockets.Select(socket => socket.ConnectAsync(IPAddress.Loopback, port)));
            await PeerRun.MeasureAsync(report, "floor: Kestrel, empty answer, 32 connections", "request", new ServerCpu(server.Id), async () =>
            {
                await Task.WhenAll(sockets.Select(AskAsync));
                return Connections * (Round / Connections);
            });
        }
        finally
        {
            Array.ForEach(sockets, socket => socket.Dispose());
        }
    }

    static async Task AskAsync(Socket socket)
    {
        var answer = new byte[1_024];
        for (var i = 0; i < Round / Connections; i++)
        {
            await socket.SendAsync(request);
            for (var got = 0; !answer.AsSpan(0, got).EndsWith("\r\n\r\n"u8);)
            {
                var more = await socket.ReceiveAsync(answer.AsMemory(got));
                got += more > 0 ? more : throw new IOException("The server closed the connection.");
            }
        }
    }
}
