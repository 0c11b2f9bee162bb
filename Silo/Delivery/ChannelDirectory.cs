using Aampe.Agents.Silo.Delivery.Callbacks;
using Aampe.Agents.Silo.Delivery.Mail;
using Aampe.Agents.Silo.Delivery.Providers;
using Aampe.Agents.Silo.Delivery.Unsubscribing;
using Aampe.Agents.Silo.Delivery.WebPush;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Storage.Delivery;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Which adapter a channel goes through.</summary>
public interface IChannels
{
    /// <summary>The adapter of a channel.</summary>
    IChannelAdapter For(string channel);
}

/// <summary>Who reads the calls of a channel's provider.</summary>
interface ICallbackReaders
{
    /// <summary>The reader of a channel; null = its provider makes no calls, or nothing is set to check them by.</summary>
    ICallbackReader? Of(string channel);
}

/// <summary>Adapters as section <c>Delivery</c> names them; the sandbox for the rest, and in_app is pulled.</summary>
sealed class ChannelDirectory : IChannels, ICallbackReaders, IDisposable
{
    readonly Dictionary<string, IChannelAdapter> configured = new(StringComparer.Ordinal);
    readonly Dictionary<string, ICallbackReader> callbacks = new(StringComparer.Ordinal);
    readonly SandboxAdapter sandbox;
    readonly PullAdapter pull = new();

    public ChannelDirectory(
        IOptions<DeliveryOptions> options, IOptions<HttpOptions> http, ISandbox sandbox, StoppedEndpoints stopped, UnsubscribeLinks links, VapidKeys vapid, TimeProvider time)
    {
        this.sandbox = new SandboxAdapter(sandbox);
        foreach (var (channel, one) in options.Value.Channels)
        {
            HttpMessageHandler Handler() => WebhookTarget.Handler(options.Value.AllowPrivateAddresses);
            configured[channel] = one.Kind switch
            {
                WebhookAdapter.Name => new WebhookAdapter(channel, one, Handler(), stopped, time),
                SmtpAdapter.Name => new SmtpAdapter(one, links, time),
                FcmAdapter.Name => new FcmAdapter(one, ServiceAccount.Read(one.CredentialsFile).Account!, Handler(), time),
                TwilioAdapter.Name => new TwilioAdapter(one, Handler(), PublicAddress.Of(http.Value, $"/v1/callbacks/{channel}"), time),
                WhatsAppAdapter.Name => new WhatsAppAdapter(one, Handler(), time),
                WebPushAdapter.Name => new WebPushAdapter(one, options.Value, vapid, Handler(), time),
                PullAdapter.Name => pull,
                _ => this.sandbox,
            };
            if (Reader(one, http.Value, time) is { } reader)
            {
                callbacks[channel] = reader;
            }
        }
    }

    public IChannelAdapter For(string channel) =>
        configured.TryGetValue(channel, out var adapter) ? adapter : channel == "in_app" ? pull : sandbox;

    public ICallbackReader? Of(string channel) => callbacks.GetValueOrDefault(channel);

    public void Dispose()
    {
        foreach (var adapter in configured.Values.OfType<IDisposable>())
        {
            adapter.Dispose();
        }
    }

    static ICallbackReader? Reader(ChannelOptions one, HttpOptions http, TimeProvider time) => one.Kind switch
    {
        TwilioAdapter.Name when http.PublicAddress.Length > 0 => new TwilioCallbacks(one.Secret, http.PublicAddress),
        WhatsAppAdapter.Name when one.CallbackSecret.Length > 0 => new WhatsAppCallbacks(one.CallbackSecret, one.VerifyToken),
        WebhookAdapter.Name => new SignedCallbacks(one.CallbackSecret.Length > 0 ? one.CallbackSecret : one.Secret, time),
        SmtpAdapter.Name or FcmAdapter.Name when one.CallbackSecret.Length > 0 => new SignedCallbacks(one.CallbackSecret, time),
        _ => null,
    };
}
