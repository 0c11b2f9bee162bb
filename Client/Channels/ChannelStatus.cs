namespace Aampe.Agents.Client;

/// <summary>A channel as it is set and as it does.</summary>
public sealed record ChannelStatus
{
    /// <summary>push, email, sms, whatsapp or in_app.</summary>
    public required string Channel { get; init; }

    /// <summary>sandbox, pull, webhook, smtp, fcm, twilio or whatsapp.</summary>
    public required string Kind { get; init; }

    /// <summary>How the kind was tested: real, stand-in, sandbox or pull.</summary>
    public required string Tested { get; init; }

    /// <summary>Where it goes, without anything secret; null = nowhere.</summary>
    public string? Target { get; init; }

    /// <summary>What to enter at the provider; null = it takes no callbacks.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Messages that it took, at the silo that answers since that started.</summary>
    public long Taken { get; init; }

    /// <summary>Attempts that failed, likewise.</summary>
    public long Failed { get; init; }

    public DateTimeOffset? LastTakenAt { get; init; }

    public DateTimeOffset? LastFailedAt { get; init; }

    /// <summary>Code of the last failure.</summary>
    public string? LastFailure { get; init; }

    /// <summary>Whether it is stopped, since it failed too often.</summary>
    public bool Down { get; init; }

    public DateTimeOffset? DownSince { get; init; }
}

/// <summary>What became of a test message.</summary>
/// <param name="Status">sent, refused, retry (not taken now) or unknown.</param>
/// <param name="Code">The channel's code.</param>
/// <param name="ProviderMessageId">The channel's own id.</param>
/// <param name="AddressDead">Whether the channel says that there is no such address.</param>
public sealed record ChannelTestResult(string Status, string Code, string? ProviderMessageId, bool AddressDead);
