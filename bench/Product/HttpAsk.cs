using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aampe.Agents.Bench.Product;

/// <summary>Connections that each send a request and wait for its answer, over and over; as small a client as can be, so that the server is what is measured.</summary>
sealed class HttpAsk(int port, int connections) : IDisposable
{
    readonly Socket[] sockets = [.. Enumerable.Range(0, connections).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })];

    public Task ConnectAsync() => Task.WhenAll(sockets.Select(socket => socket.ConnectAsync(IPAddress.Loopback, port)));

    /// <summary>Sends every request once.</summary>
    /// <param name="count">How many.</param>
    /// <param name="request">Bytes of one.</param>
    /// <param name="perSecond">Requests a second over all connections; null = as fast as answers come.</param>
    /// <returns>Seconds that each answer took, from the moment when its request was due.</returns>
    public async Task<double[]> SendAsync(int count, Func<int, byte[]> request, double? perSecond = null)
    {
        var took = new double[count];
        var (next, clock) = (-1, Stopwatch.StartNew());
        await Task.WhenAll(sockets.Select(async socket =>
        {
            var buffer = new byte[64 << 10];
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                var due = perSecond is { } rate ? i / rate : clock.Elapsed.TotalSeconds;
                if (due - clock.Elapsed.TotalSeconds is var early and > 0.001)
                {
                    await Task.Delay(TimeSpan.FromSeconds(early));
                }

                await socket.SendAsync(request(i));
                await AnswerAsync(socket, buffer);
                took[i] = clock.Elapsed.TotalSeconds - due;
            }
        }));
        return took;
    }

    public static byte[] Post(string path, string key, string body) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    public void Dispose() => Array.ForEach(sockets, socket => socket.Dispose());

    static async Task AnswerAsync(Socket socket, byte[] buffer)
    {
        for (var got = 0; ;)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(got));
            got += more > 0 ? more : throw new IOException("The server closed the connection.");
            var head = buffer.AsSpan(0, got).IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                continue;
            }

            var headers = Encoding.ASCII.GetString(buffer, 0, head);
            if (!headers.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
            {
                throw new IOException(Encoding.UTF8.GetString(buffer, 0, got));
            }

            if (IsWhole(headers, buffer.AsSpan(head + 4, got - head - 4)))
            {
                return;
            }
        }
    }

    static bool IsWhole(string headers, ReadOnlySpan<byte> body)
    {
        const string length = "Content-Length: ";
        var at = headers.IndexOf(length, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return body.EndsWith("0\r\n\r\n"u8);
        }

        var end = headers.IndexOf('\r', at);
        return body.Length >= int.Parse(headers.AsSpan(at + length.Length, (end < 0 ? headers.Length : end) - at - length.Length), CultureInfo.InvariantCulture);
    }
}
