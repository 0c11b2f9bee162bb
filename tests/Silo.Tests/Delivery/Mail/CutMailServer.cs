using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aampe.Agents.Silo.Tests.Delivery.Mail;

/// <summary>A mail server that breaks the connection at a word of the dialogue, "." being the end of the mail.</summary>
public sealed class CutMailServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly string at;
    readonly Task serving;

    public CutMailServer(string at)
    {
        this.at = at;
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections that were made.</summary>
    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        stop.Dispose();
    }

    async Task ServeAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                Connections++;
                await TalkAsync(client);
            }
            catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
            }
        }
    }

    async Task TalkAsync(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        async Task Say(string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), stop.Token);
        await Say("220 cut.example");
        var inMail = false;
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            var word = inMail ? line : line.Split(' ', ':')[0];
            if (inMail && line != ".")
            {
                continue;
            }

            if (word == at)
            {
                return;
            }

            inMail = word == "DATA";
            await Say(word switch { "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" });
        }
    }
}
