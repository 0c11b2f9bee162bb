using System.Text.Json;

namespace Aampe.Agents.Client.Http;

/// <summary>Channels and keys over HTTP.</summary>
sealed class HttpChannelAdmin(HttpTransport transport) : HttpDesk(transport), IChannelAdmin
{
    public async ValueTask<IReadOnlyList<ChannelStatus>> ChannelsAsync(CancellationToken ct = default) =>
        (await Required(Call(HttpMethod.Get, "v1/channels", Nothing), WireJson.Default.PageChannelStatus, ct).ConfigureAwait(false)).Items;

    public ValueTask<ChannelTestResult> TestAsync(string channel, string address, CancellationToken ct = default) => Required(
        Call(HttpMethod.Post, Path("channels", channel, "/test"), JsonSerializer.SerializeToUtf8Bytes(new ChannelTestBody(address), WireJson.Default.ChannelTestBody)) with { Repeatable = false },
        WireJson.Default.ChannelTestResult, ct);

    public ValueTask<ChannelStatus> ResetAsync(string channel, CancellationToken ct = default) =>
        Required(Call(HttpMethod.Post, Path("channels", channel, "/reset"), Nothing), WireJson.Default.ChannelStatus, ct);

    public async ValueTask<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken ct = default) =>
        (await Required(Call(HttpMethod.Get, "v1/keys", Nothing), WireJson.Default.PageAccessKey, ct).ConfigureAwait(false)).Items;

    public ValueTask<AccessKey> CreateKeyAsync(KeyDraft draft, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return Required(Call(HttpMethod.Post, "v1/keys", JsonSerializer.SerializeToUtf8Bytes(draft, WireJson.Default.KeyDraft)) with { Repeatable = false }, WireJson.Default.AccessKey, ct);
    }

    public ValueTask<AccessKey> RotateKeyAsync(string keyId, int graceHours, CancellationToken ct = default) => Required(
        Call(HttpMethod.Post, Path("keys", keyId, "/rotate"), JsonSerializer.SerializeToUtf8Bytes(new RotateBody(graceHours), WireJson.Default.RotateBody)) with { Repeatable = false },
        WireJson.Default.AccessKey, ct);

    public async ValueTask RevokeKeyAsync(string keyId, CancellationToken ct = default) =>
        await Transport.CallAsync(Call(HttpMethod.Delete, Path("keys", keyId, ""), Nothing) with { Repeatable = false }, ct).ConfigureAwait(false);

    static string Path(string kind, string id, string rest)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"v1/{kind}/{Uri.EscapeDataString(id)}{rest}";
    }
}
