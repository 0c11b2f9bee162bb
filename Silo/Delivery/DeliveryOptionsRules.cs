using Aampe.Agents.Core.Programs;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Checks section <c>Delivery</c> at start; each fault names its key, its value and what is allowed.</summary>
sealed class DeliveryOptionsRules : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        var faults = new List<string>();
        foreach (var (channel, one) in options.Channels)
        {
            var key = $"Delivery:Channels:{channel}";
            if (!ProgramJson.Channels.Contains(channel))
            {
                faults.Add($"{key}: there is no channel '{channel}'; allowed: {string.Join(", ", ProgramJson.Channels)}.");
            }

            if (one.Kind is not (SandboxAdapter.Name or PullAdapter.Name or WebhookAdapter.Name))
            {
                faults.Add($"{key}:Kind is '{one.Kind}'; allowed: sandbox, pull, webhook.");
            }

            if (one.Kind == WebhookAdapter.Name)
            {
                faults.AddRange(Webhook(key, one, options.AllowPrivateAddresses));
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

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
    }
}
