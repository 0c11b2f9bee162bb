namespace Aampe.Agents.Silo.Delivery;

/// <summary>Section <c>Delivery:Channels:&lt;channel&gt;</c>; which of them a kind asks for: docs/channels.md.</summary>
public sealed class ChannelOptions
{
    /// <summary>sandbox, pull, webhook, smtp, fcm, webpush, twilio or whatsapp.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Where a webhook goes; of a provider, where its interface is instead of its public address.</summary>
    public string Url { get; set; } = "";

    /// <summary>
    /// Webhook: <c>whsec_</c> and base64 of 24 to 64 bytes; two of them, separated by a space, while it is being changed: both sign. Twilio: the auth
    /// token. WhatsApp: the access token. Web push: the private key, base64url of 32 bytes; empty = one is made and kept.
    /// </summary>
    public string Secret { get; set; } = "";

    /// <summary>What callbacks are signed with where it is not <see cref="Secret"/>: the app secret of WhatsApp; of SMTP and FCM, a secret as a webhook's.</summary>
    public string CallbackSecret { get; set; } = "";

    /// <summary>What WhatsApp presents when the callback address is entered there.</summary>
    public string VerifyToken { get; set; } = "";

    /// <summary>Mail server.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port; 0 = 587, or 465 with <c>SslOnConnect</c>.</summary>
    public int Port { get; set; }

    /// <summary>StartTls, SslOnConnect or None.</summary>
    public string Tls { get; set; } = "StartTls";

    /// <summary>Login of the mail server; empty = none.</summary>
    public string User { get; set; } = "";

    /// <summary>Password of the mail server.</summary>
    public string Password { get; set; } = "";

    /// <summary>Sender: a mail address with or without a name, a telephone number, or a messaging service of Twilio (MG…). Of web push, a mail address or an https address at which push services reach you.</summary>
    public string From { get; set; } = "";

    /// <summary>Mail address that answers go to; empty = the sender.</summary>
    public string ReplyTo { get; set; } = "";

    /// <summary>Mail address that takes unsubscriptions too, for readers that know no other way; empty = none.</summary>
    public string UnsubscribeMailto { get; set; } = "";

    /// <summary>Account at the provider: account SID of Twilio, phone number id of WhatsApp.</summary>
    public string Account { get; set; } = "";

    /// <summary>File with the service account of FCM, as the provider's console gives it.</summary>
    public string CredentialsFile { get; set; } = "";
}
