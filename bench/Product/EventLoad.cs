using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Aampe.Agents.Bench.Product;

/// <summary>Batches of track events of about 375 bytes, each with a message id of its own, sent by a few connections at once.</summary>
sealed class EventLoad : IDisposable
{
    static readonly string[] names = ["Product Viewed", "Product Added", "Order Completed", "App Opened", "Search Performed"];

    readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
    readonly IReadOnlyList<Uri> silos;
    long next;

    /// <param name="silos">Where to, by turns.</param>
    /// <param name="first">Number of the first event: its message id follows from it.</param>
    public EventLoad(IReadOnlyList<Uri> silos, long first = 0)
    {
        (this.silos, next) = (silos, first);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(ProductServers.WriteKey + ":")));
    }

    /// <summary>Sends events and waits for the answers.</summary>
    /// <param name="events">How many.</param>
    /// <param name="batch">Events a request.</param>
    /// <param name="run">Successive events of one user.</param>
    /// <param name="users">Users that take turns.</param>
    /// <param name="connections">Requests at the same time.</param>
    /// <param name="firstUser">Number of the first of them.</param>
    public async Task SendAsync(int events, int batch, int run, int users, int connections, int firstUser = 0)
    {
        var from = next;
        next += events;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, events / batch),
            new ParallelOptions { MaxDegreeOfParallelism = connections },
            async (request, stop) => await PostAsync(silos[request % silos.Count], Body(from + (long)request * batch, batch, run, users, firstUser), stop));
    }

    public void Dispose() => http.Dispose();

    static byte[] Body(long first, int count, int run, int users, int firstUser)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var json = new StringBuilder(count * 400).Append("{\"batch\":[");
        for (var i = 0; i < count; i++)
        {
            var number = first + i;
            json.Append(i > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $$$"""
                {"type":"track","event":"{{{names[number % names.Length]}}}","userId":"user-{{{firstUser + number / run % users:0000000}}}","messageId":"ajs-next-{{{number:x16}}}-4f1c","timestamp":"{{{now}}}","properties":{"value":{{{number % 90}}}.5,"currency":"EUR","sku":"SKU-{{{number % 5000}}}","category":"groceries"},"context":{"library":{"name":"analytics.js","version":"1.70.0"},"page":{"path":"/shop","title":"Shop"},"locale":"de-DE"}}
                """);
        }

        return Encoding.UTF8.GetBytes(json.Append("],\"sentAt\":\"").Append(now).Append("\"}").ToString());
    }

    async ValueTask PostAsync(Uri silo, byte[] body, CancellationToken stop)
    {
        while (true)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await http.PostAsync(new Uri(silo, "v1/batch"), content, stop);
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            if ((int)response.StatusCode != 429)
            {
                throw new InvalidOperationException($"/v1/batch answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(stop)}");
            }

            await Task.Delay(20, stop);
        }
    }
}
