using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Delivery;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Keeps what would have gone out; the default of every channel but in_app.</summary>
sealed class SandboxAdapter(ISandbox sandbox) : IChannelAdapter
{
    public const string Name = "sandbox";

    public string Kind => Name;

    public bool Idempotent => true;

    public async Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop)
    {
        await sandbox.KeepAsync(new SandboxMessage(message.DecisionId, message.Agent.ToString(), message.Channel, message.At, message.Message), stop);
        return new HandoverOutcome(HandoverStatus.Sent, message.At, null, Name, null);
    }
}

/// <summary>The app asks for its cards by itself: there is nothing to call.</summary>
sealed class PullAdapter : IChannelAdapter
{
    public const string Name = "pull";

    public string Kind => Name;

    public bool Idempotent => true;

    public Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop) =>
        Task.FromResult(new HandoverOutcome(HandoverStatus.Sent, message.At, null, Name, null));
}
