using System.Text.RegularExpressions;

namespace Aampe.Agents.Core.Channels;

/// <summary>Reads answers of mail servers (RFC 5321, RFC 3463).</summary>
public static partial class SmtpReplies
{
    /// <summary>The meaning of an answer.</summary>
    /// <param name="status">Three digits, 200 to 599.</param>
    /// <param name="text">Text after them; it may begin with an enhanced status such as 5.1.1.</param>
    /// <param name="aboutRecipient">Whether it answers the naming of the recipient.</param>
    public static SmtpReply Of(int status, string text, bool aboutRecipient)
    {
        ArgumentNullException.ThrowIfNull(text);
        return status switch
        {
            >= 200 and < 400 => SmtpReply.Taken,
            >= 400 and < 500 => SmtpReply.Later,
            _ when aboutRecipient && SaysThereIsNone(text) => SmtpReply.DeadAddress,
            _ => SmtpReply.Refused,
        };
    }

    // Without an enhanced status a refused recipient is one that is not there; 5.1.x says so, 5.2.1 that its mailbox is closed. A full one (5.2.2),
    // a policy (5.7.x) or a network (5.4.x) says nothing of the address.
    static bool SaysThereIsNone(string text) =>
        Enhanced().Match(text) is not { Success: true } found || found.Groups[1].Value == "1" || found.Groups[1].Value == "2" && found.Groups[2].Value == "1";

    [GeneratedRegex(@"^\s*5\.(\d{1,3})\.(\d{1,3})\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Enhanced();
}
