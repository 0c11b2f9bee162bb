using MimeKit;

namespace Aampe.Agents.Silo.Delivery.Mail;

/// <summary>Checks the settings of a mail server at start.</summary>
static class SmtpRules
{
    /// <summary>What is wrong, a sentence each.</summary>
    public static IEnumerable<string> Faults(string key, ChannelOptions options, bool allowPrivate, bool hasPublicAddress)
    {
        if (options.Host.Length == 0 || Uri.CheckHostName(options.Host) == UriHostNameType.Unknown)
        {
            yield return $"{key}:Host must name the mail server, such as smtp.example.com; was '{options.Host}'.";
        }

        if (options.Port is < 0 or > 65_535)
        {
            yield return $"{key}:Port must be 0 to 65535; was {options.Port}.";
        }

        if (options.Tls is not ("StartTls" or "SslOnConnect" or "None"))
        {
            yield return $"{key}:Tls must be 'StartTls', 'SslOnConnect' or 'None'; was '{options.Tls}'.";
        }
        else if (options.Tls == "None" && !allowPrivate)
        {
            yield return $"{key}:Tls is 'None', which sends mail and login in plain text; Delivery:AllowPrivateAddresses=true allows it.";
        }

        foreach (var (name, address, needed) in new[] { ("From", options.From, true), ("ReplyTo", options.ReplyTo, false), ("UnsubscribeMailto", options.UnsubscribeMailto, false) })
        {
            if (address.Length == 0 ? needed : address.Any(char.IsControl) || !MailboxAddress.TryParse(address, out var mailbox) || mailbox.Domain.Length == 0 || (name == "UnsubscribeMailto" && mailbox.Address != address))
            {
                yield return $"{key}:{name} must be a mail address{(name == "UnsubscribeMailto" ? "" : " with or without a name, such as Shop <news@shop.example>")}; was '{address}'.";
            }
        }

        if (!hasPublicAddress)
        {
            yield return $"{key}:Kind is 'smtp', but Http:PublicAddress is empty: mail of marketing carries a link that unsubscribes with one click, so name where the world reaches this silo, such as --Http:PublicAddress https://agents.example.";
        }
    }
}
