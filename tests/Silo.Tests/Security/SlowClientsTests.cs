using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Security;

/// <summary>Clients that take their time, over real sockets.</summary>
public sealed class SlowClientsTests
{
    const int Each = 100;

    static readonly TimeSpan span = TimeSpan.FromSeconds(25), second = TimeSpan.FromSeconds(1), mostForNeighbours = TimeSpan.FromSeconds(5);

    [Fact]
    [Trait("layer", "long")]
    [Trait("proves", "A26")]
    public async Task Two_hundred_slow_clients_are_cut_and_their_neighbours_are_answered()
    {
        await using var silo = new RunningSilo();
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(RunningSilo.WriteKey + ":"));
        var begun = $"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {basic}\r\nContent-Type: application/json\r\n";
        var port = silo.Address().Port;
        using var over = new CancellationTokenSource(span);
        var headers = Enumerable.Range(0, Each).Select(_ => DripAsync(port, begun + "X-Slow: ", over.Token)).ToArray();
        var bodies = Enumerable.Range(0, Each).Select(_ => DripAsync(port, begun + "Content-Length: 10000\r\n\r\n{\"batch\":[", over.Token)).ToArray();

        using var neighbour = new HttpClient { BaseAddress = silo.Address() };
        neighbour.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", basic);
        var slowest = TimeSpan.Zero;
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await neighbour.PostAsync("/v1/track", RunningSilo.Json($$"""{"userId":"neighbour-{{i}}","event":"e"}"""), CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            slowest = Stopwatch.GetElapsedTime(asked) is var took && took > slowest ? took : slowest;
            await Task.Delay(200, CancellationToken.None);
        }

        Assert.True(slowest < mostForNeighbours, $"A neighbour waited {slowest.TotalSeconds:0.0} s.");
        foreach (var (what, clients) in new[] { ("headers", await Task.WhenAll(headers)), ("bodies", await Task.WhenAll(bodies)) })
        {
            Assert.True(clients.All(cut => cut is not null), $"{clients.Count(cut => cut is null)} of {Each} slow {what} were not cut in {span.TotalSeconds} s.");
            // They were heard first: what is refused at the door proves nothing.
            Assert.True(clients.Min() > TimeSpan.FromSeconds(3), $"Slow {what} were cut after {clients.Min()}.");
        }
    }

    /// <summary>Sends a beginning, then a byte a second.</summary>
    /// <returns>When the line was cut; null = not before the end.</returns>
    static async Task<TimeSpan?> DripAsync(int port, string beginning, CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, stop);
        await using var line = client.GetStream();
        var begun = Stopwatch.GetTimestamp();
        await line.WriteAsync(Encoding.ASCII.GetBytes(beginning), stop);
        var cut = EndAsync(line, stop);
        try
        {
            while (!cut.IsCompleted)
            {
                await Task.WhenAny(cut, Task.Delay(second, stop));
                await line.WriteAsync("a"u8.ToArray(), stop);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // Cut while it was writing, or the time is over: the reader knows which.
        }

        return await cut ? Stopwatch.GetElapsedTime(begun) : null;
    }

    // True when the other side closes, whether it said why before or not.
    static async Task<bool> EndAsync(NetworkStream line, CancellationToken stop)
    {
        var rest = new byte[4_096];
        try
        {
            while (await line.ReadAsync(rest, stop) > 0)
            {
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
