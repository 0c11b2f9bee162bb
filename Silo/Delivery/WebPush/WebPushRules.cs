using System.Net.Mail;

namespace Aampe.Agents.Silo.Delivery.WebPush;

/// <summary>What web push needs of the settings.</summary>
static class WebPushRules
{
    /// <summary>What is wrong, a sentence each.</summary>
    public static IEnumerable<string> Faults(string key, ChannelOptions options)
    {
        if (options.From.Length == 0 || !IsContact(options.From))
        {
            yield return $"{key}:From is '{options.From}': it must be a mail address or an https address at which push services reach you, such as ops@shop.example.";
        }

        if (options.Secret.Length > 0)
        {
            using var read = VapidKey.Read(options.Secret);
            if (read is null)
            {
                // The value is a secret: the message tells its shape only.
                yield return $"{key}:Secret is no private key of P-256: base64url of 32 bytes ({options.Secret.Length} characters were given); leave it out and one is made and kept.";
            }
        }
    }

    static bool IsContact(string from) => from.StartsWith("https://", StringComparison.Ordinal) ? Uri.TryCreate(from, UriKind.Absolute, out _) : MailAddress.TryCreate(from.Replace("mailto:", "", StringComparison.Ordinal), out _);
}
