using System.ComponentModel.DataAnnotations;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Section <c>Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Per channel; a channel that is not named goes to the sandbox, in_app is pulled.</summary>
    public Dictionary<string, ChannelOptions> Channels { get; } = new(StringComparer.Ordinal);

    /// <summary>Allows webhooks over http, on any port and to private addresses: for tests and for receivers on the same machine.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Push services of browsers that web push calls, with spaces between; <c>*.</c> in front stands for every name below.</summary>
    [StringLength(2_000)]
    public string PushHosts { get; set; } = WebPush.PushHosts.Usual;

    /// <summary>Hand-overs at the same time; those of one user never overlap.</summary>
    [Range(1, 256)]
    public int Parallel { get; set; } = 32;

    /// <summary>How often the outbox is looked at on the real clock.</summary>
    [Range(10, 60_000)]
    public int PollMilliseconds { get; set; } = 250;
}
