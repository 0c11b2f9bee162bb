using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Segment;

/// <summary>What the real client sent, byte for byte, against the silo: every event once, whatever the client repeated.</summary>
public sealed class CaptureTests : IDisposable
{
    const int LargestEvent = 32_768;
    static readonly string folder = Path.Combine(AppContext.BaseDirectory, "Segment", "captures");

    readonly RunningSilo silo = new() { Settings = { ["Bootstrap:WriteKey"] = "wk_capture_0001" } };

    public static TheoryData<string> Scenes { get; } = new(Directory.GetDirectories(folder).Select(scene => Path.GetFileName(scene)!).Order(StringComparer.Ordinal));

    public void Dispose() => silo.Dispose();

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task Every_event_of_a_scene_is_there_once(string scene)
    {
        var events = new List<JsonElement>();
        int accepted = 0, duplicates = 0, dead = 0;
        foreach (var head in Directory.GetFiles(Path.Combine(folder, scene), "*.request.head").Order(StringComparer.Ordinal))
        {
            var body = Body(head, out var sent);
            events.AddRange(JsonElement.Parse(body).GetProperty("batch").EnumerateArray());
            var (status, counts) = await ReplayAsync([.. await File.ReadAllBytesAsync(head), .. sent]);
            Assert.Equal(200, status);
            (accepted, duplicates, dead) = (accepted + counts["accepted"], duplicates + counts["duplicate"], dead + counts["dead"]);
        }

        var fits = events.Where(one => Encoding.UTF8.GetByteCount(one.GetRawText()) <= LargestEvent).ToArray();
        var ids = fits.Select(one => one.GetProperty("messageId").GetString()!).Distinct().ToArray();
        Assert.Equal((ids.Length, fits.Length - ids.Length, events.Count - fits.Length), (accepted, duplicates, dead));
        Assert.Equal(scene.StartsWith("10", StringComparison.Ordinal) ? 1 : 0, dead);

        await using var agents = silo.Agents();
        var now = (await agents.Admin.ClockAsync()).Now;
        await RunningSilo.ArriveAsync(agents, "barrier", now);
        var told = new List<string>();
        foreach (var user in fits.Select(Owner).Distinct())
        {
            using var http = silo.Http();
            using var page = JsonDocument.Parse(await http.GetStringAsync($"/v1/users/{Uri.EscapeDataString(user.Id)}/timeline?limit=500{(user.Anonymous ? "&anonymous=true" : "")}"));
            foreach (var entry in page.RootElement.GetProperty("items").EnumerateArray().Where(entry => entry.GetProperty("kind").GetString() == "event" && !entry.TryGetProperty("from", out _)))
            {
                told.Add(entry.GetProperty("messageId").GetString()!);
                if (scene.StartsWith("12", StringComparison.Ordinal))
                {
                    // The device stated the event 10 ms before it sent it; its clock was an hour fast for both.
                    Assert.Equal(now.AddMilliseconds(-10), entry.GetProperty("at").GetDateTimeOffset());
                }
            }
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    static (string Id, bool Anonymous) Owner(JsonElement one) =>
        one.TryGetProperty("userId", out var user) && user.GetString() is { Length: > 0 } id ? (id, false) : (one.GetProperty("anonymousId").GetString()!, true);

    static byte[] Body(string head, out byte[] sent)
    {
        var file = head.Replace(".request.head", ".request.body.json", StringComparison.Ordinal);
        if (File.Exists(file))
        {
            return sent = File.ReadAllBytes(file);
        }

        sent = File.ReadAllBytes(file + ".gz");
        using var unzipped = new MemoryStream();
        using var zipped = new GZipStream(new MemoryStream(sent), CompressionMode.Decompress);
        zipped.CopyTo(unzipped);
        return unzipped.ToArray();
    }

    async Task<(int Status, Dictionary<string, int> Counts)> ReplayAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", silo.Address().Port);
        var stream = client.GetStream();
        await stream.WriteAsync(request);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var status = int.Parse((await reader.ReadLineAsync())!.Split(' ')[1], CultureInfo.InvariantCulture);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith("Aampe-Ingest: ", StringComparison.OrdinalIgnoreCase))
            {
                return (status, line["Aampe-Ingest: ".Length..].Split(',').Select(part => part.Split('=')).ToDictionary(part => part[0], part => int.Parse(part[1], CultureInfo.InvariantCulture)));
            }
        }

        return (status, []);
    }
}
