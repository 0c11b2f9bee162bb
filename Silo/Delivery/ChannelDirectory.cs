using Aampe.Agents.Silo.Delivery.Mail;
using Aampe.Agents.Silo.Delivery.Unsubscribing;
using Aampe.Agents.Silo.Delivery.WebPush;
using Aampe.Agents.Storage.Delivery;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Which adapter a channel goes through.</summary>
public interface IChannels
{
    /// <summary>The adapter of a channel.</summary>
    IChannelAdapter For(string channel);
}

/// <summary>Adapters as section <c>Delivery</c> names them; the sandbox for the rest, and in_app is pulled.</summary>
sealed class ChannelDirectory : IChannels, IDisposable
{
    readonly Dictionary<string, IChannelAdapter> configured = new(StringComparer.Ordinal);
    readonly SandboxAdapter sandbox;
    readonly PullAdapter pull = new();

    public ChannelDirectory(IOptions<DeliveryOptions> options, ISandbox sandbox, StoppedEndpoints stopped, UnsubscribeLinks links, VapidKeys vapid, TimeProvider time)
    {
        this.sandbox = new SandboxAdapter(sandbox);
        foreach (var (channel, one) in options.Value.Channels)
        {
            configured[channel] = one.Kind switch
            {
                WebhookAdapter.Name => new WebhookAdapter(channel, one, WebhookTarget.Handler(options.Value.AllowPrivateAddresses), stopped, time),
                SmtpAdapter.Name => new SmtpAdapter(one, links, time),
                WebPushAdapter.Name => new WebPushAdapter(one, options.Value, vapid, WebhookTarget.Handler(options.Value.AllowPrivateAddresses), time),
                PullAdapter.Name => pull,
                _ => this.sandbox,
            };
        }
    }

    public IChannelAdapter For(string channel) =>
        configured.TryGetValue(channel, out var adapter) ? adapter : channel == "in_app" ? pull : sandbox;

    public void Dispose()
    {
        foreach (var adapter in configured.Values.OfType<IDisposable>())
        {
            adapter.Dispose();
        }
    }
}
