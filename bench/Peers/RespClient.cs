using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aampe.Agents.Bench.Peers;

/// <summary>A pipelined client of Redis with next to no cost of its own: commands go into one buffer, replies are read in order.</summary>
sealed class RespClient : IDisposable
{
    readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] input = new byte[1 << 20];
    byte[] output = new byte[1 << 20];
    int written, read, filled;

    public RespClient(int port) => socket.Connect(IPAddress.Loopback, port);

    /// <summary>Adds a command.</summary>
    public void Add(params ReadOnlySpan<string> parts)
    {
        Head((byte)'*', parts.Length);
        foreach (var part in parts)
        {
            Head((byte)'$', Encoding.UTF8.GetByteCount(part));
            Room(part.Length * 3 + 2);
            written += Encoding.UTF8.GetBytes(part, output.AsSpan(written));
            output[written++] = (byte)'\r';
            output[written++] = (byte)'\n';
        }
    }

    /// <summary>Sends what was added.</summary>
    public async Task FlushAsync()
    {
        await socket.SendAsync(output.AsMemory(0, written));
        written = 0;
    }

    /// <summary>Reads a reply with everything in it.</summary>
    /// <returns>The number that it is or begins with; −1 for nothing.</returns>
    public async ValueTask<long> ReplyAsync()
    {
        var (kind, number) = await LineAsync();
        switch (kind)
        {
            case (byte)'-':
                throw new InvalidOperationException("Redis refused a command.");
            case (byte)'$' when number >= 0:
                await SkipAsync((int)number + 2);
                break;
            case (byte)'*':
                for (var i = 0; i < number; i++)
                {
                    await ReplyAsync();
                }

                break;
        }

        return number;
    }

    public void Dispose() => socket.Dispose();

    void Head(byte kind, int number)
    {
        Room(16);
        output[written++] = kind;
        Utf8Formatter.TryFormat(number, output.AsSpan(written), out var digits);
        written += digits;
        output[written++] = (byte)'\r';
        output[written++] = (byte)'\n';
    }

    void Room(int bytes)
    {
        if (written + bytes > output.Length)
        {
            Array.Resize(ref output, output.Length * 2);
        }
    }

    async ValueTask<(byte Kind, long Number)> LineAsync()
    {
        int end;
        while ((end = input.AsSpan(read, filled - read).IndexOf((byte)'\n')) < 0)
        {
            await FillAsync();
        }

        var line = input.AsSpan(read, end - 1);
        read += end + 1;
        return (line[0], Utf8Parser.TryParse(line[1..], out long number, out _) ? number : 0);
    }

    async ValueTask SkipAsync(int bytes)
    {
        while (filled - read < bytes)
        {
            await FillAsync();
        }

        read += bytes;
    }

    async ValueTask FillAsync()
    {
        input.AsSpan(read, filled - read).CopyTo(input);
        (filled, read) = (filled - read, 0);
        var got = await socket.ReceiveAsync(input.AsMemory(filled));
        filled += got > 0 ? got : throw new IOException("Redis closed the connection.");
    }
}
