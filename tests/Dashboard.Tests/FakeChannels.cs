using Aampe.Agents.Client;

namespace Aampe.Agents.Dashboard.Tests;

/// <summary>Channels and keys of the silo of written-down facts.</summary>
sealed class FakeChannels : IChannelAdmin
{
    static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public List<ChannelStatus> All { get; } =
    [
        new() { Channel = "push", Kind = "fcm", Tested = "stand-in", Target = "fcm.googleapis.com", Taken = 1_204, Failed = 3, LastTakenAt = Noon, LastFailedAt = Noon.AddHours(-3), LastFailure = "http 503 UNAVAILABLE" },
        new() { Channel = "email", Kind = "smtp", Tested = "real", Target = "smtp.shop.example:587", Taken = 310, Failed = 96, LastTakenAt = Noon.AddMinutes(-40), LastFailedAt = Noon, LastFailure = "smtp 451 4.3.2", Down = true, DownSince = Noon },
        new() { Channel = "sms", Kind = "twilio", Tested = "stand-in", Target = "api.twilio.com", CallbackUrl = "https://agents.example/v1/callbacks/sms" },
        new() { Channel = "whatsapp", Kind = "sandbox", Tested = "sandbox", Taken = 12, LastTakenAt = Noon },
        new() { Channel = "in_app", Kind = "pull", Tested = "pull" },
    ];

    public List<AccessKey> Keys { get; } =
    [
        new() { Id = "a1b2c3d4e5", Kind = "Server", Name = "Shop backend", Source = "server", Scopes = ["ingest", "next-message"], CreatedAt = Noon.AddDays(-20) },
        new() { Id = "f6g7h8j9k0", Kind = "Write", Name = "Web shop", Source = "default", CreatedAt = Noon.AddDays(-20), ExpiresAt = Noon.AddHours(24) },
    ];

    public List<(string Channel, string Address)> Tests { get; } = [];

    public ValueTask<IReadOnlyList<ChannelStatus>> ChannelsAsync(CancellationToken ct = default) => new([.. All]);

    public ValueTask<ChannelTestResult> TestAsync(string channel, string address, CancellationToken ct = default)
    {
        Tests.Add((channel, address));
        return new(address.StartsWith("gone", StringComparison.Ordinal) ? new ChannelTestResult("refused", "smtp 550 5.1.1", null, true) : new ChannelTestResult("sent", "smtp 250", "test_1@shop.example", false));
    }

    public ValueTask<ChannelStatus> ResetAsync(string channel, CancellationToken ct = default)
    {
        var at = All.FindIndex(one => one.Channel == channel);
        return new(All[at] = All[at] with { Down = false, DownSince = null });
    }

    public ValueTask<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken ct = default) => new([.. Keys]);

    public ValueTask<AccessKey> CreateKeyAsync(KeyDraft draft, CancellationToken ct = default)
    {
        if (draft.Scopes?.Contains("admin:*") == true)
        {
            throw new AgentValidationException(new AgentProblem(422, "invalid_key", Detail: "The calling key lacks admin:* itself.", TraceId: "4bf92f3577b34da6"));
        }

        var made = new AccessKey { Id = "new", Kind = draft.Kind, Name = draft.Name, Source = "server", Scopes = draft.Scopes ?? [], CreatedAt = Noon, Key = (draft.Kind == "Write" ? "wk_" : "sk_") + "shown-once" };
        Keys.Add(made with { Key = null });
        return new(made);
    }

    public ValueTask<AccessKey> RotateKeyAsync(string keyId, int graceHours, CancellationToken ct = default)
    {
        var at = Keys.FindIndex(key => key.Id == keyId);
        Keys[at] = Keys[at] with { ExpiresAt = Noon.AddHours(graceHours) };
        var made = Keys[at] with { Id = "rotated", ExpiresAt = null, Key = "sk_rotated-once" };
        Keys.Add(made with { Key = null });
        return new(made);
    }

    public ValueTask RevokeKeyAsync(string keyId, CancellationToken ct = default)
    {
        Keys.RemoveAll(key => key.Id == keyId);
        return ValueTask.CompletedTask;
    }
}
