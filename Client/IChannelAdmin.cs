namespace Aampe.Agents.Client;

/// <summary>Channels and keys: what operators do; needs a key with <c>admin:channels</c> or <c>admin:keys</c>.</summary>
public interface IChannelAdmin
{
    /// <summary>Every channel: where it goes, how its kind was tested, how it does at the silo that answers.</summary>
    ValueTask<IReadOnlyList<ChannelStatus>> ChannelsAsync(CancellationToken ct = default);

    /// <summary>Sends one test message to an address, outside of every program.</summary>
    /// <exception cref="AgentConflictException">The channel calls nobody: the app asks by itself.</exception>
    ValueTask<ChannelTestResult> TestAsync(string channel, string address, CancellationToken ct = default);

    /// <summary>Lets a channel work again that was stopped for its failures, at the silo that answers.</summary>
    ValueTask<ChannelStatus> ResetAsync(string channel, CancellationToken ct = default);

    /// <summary>All keys, without their text.</summary>
    ValueTask<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken ct = default);

    /// <summary>Makes a key; its text comes with the answer and never again.</summary>
    /// <exception cref="AgentValidationException">A scope that there is not, or that the caller lacks itself.</exception>
    ValueTask<AccessKey> CreateKeyAsync(KeyDraft draft, CancellationToken ct = default);

    /// <summary>Makes a key like another one, which ends after the grace, 0 to 720 hours.</summary>
    ValueTask<AccessKey> RotateKeyAsync(string keyId, int graceHours, CancellationToken ct = default);

    /// <summary>Ends a key; every silo refuses it within 5 s.</summary>
    ValueTask RevokeKeyAsync(string keyId, CancellationToken ct = default);
}
