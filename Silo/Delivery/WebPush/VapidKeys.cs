using System.Text;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Documents;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery.WebPush;

/// <summary>The deployment's key for push services: as the settings have it, else made once and stored, the same on every silo.</summary>
sealed class VapidKeys(IDocumentStore documents, IOptions<DeliveryOptions> options) : IDisposable
{
    const string Kind = "secret", Id = "vapid";

    VapidKey? known;

    /// <summary>The channel's settings; null when push goes another way.</summary>
    public ChannelOptions? Channel => options.Value.Channels.GetValueOrDefault("push") is { Kind: WebPushAdapter.Name } push ? push : null;

    /// <summary>The key.</summary>
    public async ValueTask<VapidKey> KeyAsync(CancellationToken stop)
    {
        if (Volatile.Read(ref known) is { } key)
        {
            return key;
        }

        var text = Channel?.Secret is { Length: > 0 } set ? set : await StoredAsync(stop);
        var read = VapidKey.Read(text) ?? throw new InvalidOperationException("The stored key of web push is damaged; set Delivery:Channels:push:Secret.");
        return Interlocked.CompareExchange(ref known, read, null) ?? read;
    }

    public void Dispose() => known?.Dispose();

    async ValueTask<string> StoredAsync(CancellationToken stop)
    {
        if (await documents.ReadAsync(AgentKey.DefaultTenant, Kind, Id, stop) is { } stored)
        {
            return Encoding.ASCII.GetString(stored.Content.Span);
        }

        var made = VapidKey.Create();
        try
        {
            await documents.WriteAsync(AgentKey.DefaultTenant, Kind, Id, expectedVersion: 0, Encoding.ASCII.GetBytes(made), keepHistory: false, stop);
            return made;
        }
        catch (DocumentConflictException)
        {
            // Another silo was first: its key is the deployment's.
            return await StoredAsync(stop);
        }
    }
}
