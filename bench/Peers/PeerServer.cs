using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Aampe.Agents.Bench.Peers;

/// <summary>A server of the bench's own: in a directory of its own, on a free port of this machine, ended with the bench.</summary>
sealed class PeerServer : IAsyncDisposable
{
    readonly Process process;
    readonly string directory;
    readonly int signal;

    PeerServer(Process process, string directory, int signal) => (this.process, this.directory, this.signal) = (process, directory, signal);

    public int Id => process.Id;

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Starts a program and waits until its port answers.</summary>
    public static async Task<PeerServer> StartAsync(string directory, int port, int signal, string program, params string[] arguments)
    {
        var started = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true })!;
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var server = new PeerServer(started, directory, signal);
        for (var attempt = 0; !await AnswersAsync(port); attempt++)
        {
            if (started.HasExited || attempt == 300)
            {
                await server.DisposeAsync();
                throw new InvalidOperationException($"{program} does not answer on port {port}.");
            }

            await Task.Delay(100);
        }

        return server;
    }

    /// <summary>Runs a program to its end.</summary>
    public static void Run(string program, params string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = run.StandardError.ReadToEndAsync();
        run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {run.ExitCode}: {said.Result}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Run("kill", $"-{signal}", $"{process.Id}");
            await process.WaitForExitAsync();
        }

        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
