using System.Collections.Concurrent;
using System.Text.Json;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Endpoints that answered 410: they are not called again until the configuration names another address.</summary>
sealed class StoppedEndpoints(IDocumentStore documents)
{
    const string Tenant = "default", Kind = "stopped-endpoint";

    readonly ConcurrentDictionary<string, bool> known = new(StringComparer.Ordinal);

    public async ValueTask<bool> IsStoppedAsync(string channel, string url, CancellationToken stop)
    {
        if (known.TryGetValue(Key(channel, url), out var stopped))
        {
            return stopped;
        }

        var stored = await documents.ReadAsync(Tenant, Kind, channel, stop);
        stopped = stored is not null && JsonSerializer.Deserialize<Stopped>(stored.Content.Span)!.Url == url;
        return known.GetOrAdd(Key(channel, url), stopped);
    }

    public async ValueTask StopAsync(string channel, string url, Instant at, CancellationToken stop)
    {
        await documents.WriteAsync(Tenant, Kind, channel, null, JsonSerializer.SerializeToUtf8Bytes(new Stopped(url, at.ToString())), keepHistory: false, stop);
        known[Key(channel, url)] = true;
    }

    static string Key(string channel, string url) => $"{channel} {url}";

    sealed record Stopped(string Url, string At);
}
