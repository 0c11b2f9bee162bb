using System.Text.Encodings.Web;
using System.Text.Json;
using Aampe.Agents.Core.Programs;
using MimeKit;

namespace Aampe.Agents.Silo.Delivery.Mail;

/// <summary>A rendered message that cannot become a mail.</summary>
/// <param name="code">address_invalid, header_invalid, sender_invalid or no_copy.</param>
/// <param name="addressDead">Whether the user's address is what is wrong.</param>
sealed class MailCopyException(string code, bool addressDead = false) : Exception(code)
{
    public string Code { get; } = code;

    public bool AddressDead { get; } = addressDead;
}

/// <summary>Makes a mail of a rendered message: text always, HTML where there is some, and the headers that readers and relays go by.</summary>
sealed class MailCopy(ChannelOptions options)
{
    readonly MailboxAddress sender = MailboxAddress.Parse(options.From);

    /// <summary>The sender's domain; message ids and the greeting of a mail server are made with it.</summary>
    public string Domain => sender.Domain;

    /// <summary>The mail.</summary>
    /// <param name="message">The message.</param>
    /// <param name="unsubscribe">Where one click unsubscribes; null = none, for mail that is no marketing.</param>
    /// <param name="at">Date header.</param>
    /// <exception cref="MailCopyException">It cannot be written to that address, or has no copy.</exception>
    public MimeMessage Of(ChannelMessage message, string? unsubscribe, DateTimeOffset at)
    {
        using var document = JsonDocument.Parse(message.Message);
        var content = document.RootElement.GetProperty("content");
        var (html, text) = (Field(content, "html"), Field(content, "text") ?? Field(content, "body"));
        if ((html ?? text) is null || (Field(content, "subject") ?? Field(content, "title")) is not { } subject)
        {
            throw new MailCopyException("no_copy");
        }

        var mail = new MimeMessage { Subject = Header(subject), Date = at, MessageId = $"{message.DecisionId}@{Domain}" };
        mail.From.Add(Field(content, "from") is { } from ? OfOurDomain(from) : sender);
        mail.To.Add(Recipient(message.Address));
        if ((Field(content, "replyTo") ?? (options.ReplyTo.Length > 0 ? options.ReplyTo : null)) is { } replyTo)
        {
            mail.ReplyTo.Add(Mailbox(replyTo, "sender_invalid"));
        }

        if (unsubscribe is not null)
        {
            mail.Headers.Add(HeaderId.ListUnsubscribe, options.UnsubscribeMailto.Length > 0 ? $"<{unsubscribe}>, <mailto:{options.UnsubscribeMailto}?subject=unsubscribe>" : $"<{unsubscribe}>");
            mail.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        if (Field(document.RootElement, "locale") is { } language && language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            mail.Headers.Add(HeaderId.ContentLanguage, language);
            html = html is null ? null : MailLanguage.Of(html, language, Field(document.RootElement, "dir") ?? WritingDirection.Of(language));
        }

        mail.Body = Body(html, text ?? HtmlAsText.Of(html!), Field(content, "preheader"), html is null ? Field(content, "url") : null);
        return mail;
    }

    static MimeEntity Body(string? html, string text, string? preheader, string? link)
    {
        var parts = new BodyBuilder { TextBody = link is null || text.Contains(link, StringComparison.Ordinal) ? text : $"{text}\n\n{link}" };
        if (html is not null)
        {
            parts.HtmlBody = preheader is null ? html : WithPreheader(html, preheader);
        }

        return parts.ToMessageBody();
    }

    // What lists show behind the subject is the first text of the body: it goes first, and is not seen there.
    static string WithPreheader(string html, string preheader)
    {
        var hidden = $"<div style=\"display:none;max-height:0;overflow:hidden\">{HtmlEncoder.Default.Encode(preheader)}</div>";
        var body = html.IndexOf("<body", StringComparison.OrdinalIgnoreCase);
        var end = body < 0 ? -1 : html.IndexOf('>', body);
        return html.Insert(end + 1, hidden);
    }

    static MailboxAddress Recipient(string? address) => address is { Length: > 0 }
        ? Mailbox(address, "address_invalid", addressDead: true)
        : throw new MailCopyException("address_missing");

    // A copy that could name any sender would let a message speak for somebody else.
    MailboxAddress OfOurDomain(string from) =>
        Mailbox(from, "sender_invalid") is { } mailbox && string.Equals(mailbox.Domain, Domain, StringComparison.OrdinalIgnoreCase) ? mailbox : throw new MailCopyException("sender_invalid");

    static MailboxAddress Mailbox(string address, string code, bool addressDead = false) =>
        !address.Any(char.IsControl) && MailboxAddress.TryParse(address, out var mailbox) && mailbox.Domain.Length > 0 && mailbox.LocalPart.Length > 0
            ? mailbox
            : throw new MailCopyException(code, addressDead);

    static string Header(string text) => text.Any(char.IsControl) ? throw new MailCopyException("header_invalid") : text;

    static string? Field(JsonElement content, string name) =>
        content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
