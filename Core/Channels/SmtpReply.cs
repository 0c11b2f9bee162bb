namespace Aampe.Agents.Core.Channels;

/// <summary>What a mail server's answer means for a message.</summary>
public enum SmtpReply
{
    /// <summary>Taken.</summary>
    Taken,

    /// <summary>Not now: the same message may be offered again.</summary>
    Later,

    /// <summary>Never, but the address may be good: the message, its sender or a policy is what was refused.</summary>
    Refused,

    /// <summary>Never: there is no such address.</summary>
    DeadAddress,
}
