using Aampe.Agents.Core.Programs;
using Aampe.Agents.Silo.Delivery.Mail;
using Aampe.Agents.Silo.Delivery.Providers;
using Aampe.Agents.Silo.Delivery.WebPush;
using Aampe.Agents.Silo.Options;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Checks section <c>Delivery</c> at start; each fault names its key, its value and what is allowed.</summary>
sealed class DeliveryOptionsRules(IOptions<HttpOptions> http) : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        var faults = new List<string>();
        if (PublicAddress.Fault(http.Value.PublicAddress, options.AllowPrivateAddresses) is { } address)
        {
            faults.Add(address);
        }

        foreach (var (channel, one) in options.Channels)
        {
            var key = $"Delivery:Channels:{channel}";
            if (!ProgramJson.Channels.Contains(channel))
            {
                faults.Add($"{key}: there is no channel '{channel}'; allowed: {string.Join(", ", ProgramJson.Channels)}.");
            }

            faults.AddRange(Of(key, channel, one, options.AllowPrivateAddresses));
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    IEnumerable<string> Of(string key, string channel, ChannelOptions one, bool allowPrivate) => (one.Kind, channel) switch
    {
        (SandboxAdapter.Name or PullAdapter.Name, _) => [],
        (WebhookAdapter.Name, _) => Webhook(key, one, allowPrivate),
        (SmtpAdapter.Name, "email") => [.. SmtpRules.Faults(key, one, allowPrivate, http.Value.PublicAddress.Length > 0), .. ProviderRules.Signed(key, one)],
        (FcmAdapter.Name, "push") => ProviderRules.Fcm(key, one, allowPrivate),
        (TwilioAdapter.Name, "sms") => ProviderRules.Twilio(key, one, allowPrivate),
        (WhatsAppAdapter.Name, "whatsapp") => ProviderRules.WhatsApp(key, one, allowPrivate),
        (WebPushAdapter.Name, "push") => WebPushRules.Faults(key, one),
        _ => [$"{key}:Kind is '{one.Kind}'; allowed: {string.Join(", ", Kinds(channel))}."],
    };

    static IEnumerable<string> Kinds(string channel) => ["sandbox", "pull", "webhook", .. channel switch
    {
        "email" => [SmtpAdapter.Name],
        "push" => [FcmAdapter.Name, WebPushAdapter.Name],
        "sms" => [TwilioAdapter.Name],
        "whatsapp" => [WhatsAppAdapter.Name],
        _ => Array.Empty<string>(),
    }];

    static IEnumerable<string> Webhook(string key, ChannelOptions options, bool allowPrivate)
    {
        if (WebhookTarget.Refusal(options.Url, allowPrivate) is { } refusal)
        {
            yield return $"{key}:Url is '{options.Url}': {refusal}";
        }

        if (WebhookSignature.SecretFault(options.Secret) is { } fault)
        {
            // The value is a secret: the message tells its shape only.
            yield return $"{key}:Secret {fault}";
        }

        foreach (var one in ProviderRules.Signed(key, options))
        {
            yield return one;
        }
    }
}
