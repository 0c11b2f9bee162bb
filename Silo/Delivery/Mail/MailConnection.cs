using MailKit.Net.Smtp;
using MimeKit;

namespace Aampe.Agents.Silo.Delivery.Mail;

/// <summary>A connection to the mail server that knows whether a mail has gone so far that the server may take it.</summary>
sealed class MailConnection : SmtpClient
{
    /// <summary>Whether the server has taken the recipient of the mail that is being offered: what comes then is the mail itself.</summary>
    public bool IsBeyondRecipient { get; private set; }

    /// <summary>Whether it has carried a mail before: such a one may have been closed by the server meanwhile.</summary>
    public bool IsUsed { get; set; }

    /// <summary>Begins another mail.</summary>
    public void Begin() => IsBeyondRecipient = false;

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => IsBeyondRecipient = true;
}
