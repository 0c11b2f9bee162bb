using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Storage.Delivery;

/// <summary>What would have gone out.</summary>
/// <param name="DecisionId">Key: a second hand-over of the same decision changes nothing.</param>
/// <param name="Agent">Agent key.</param>
/// <param name="Channel">Channel.</param>
/// <param name="At">Hand-over.</param>
/// <param name="Content">Rendered message as UTF-8 JSON.</param>
public sealed record SandboxMessage(string DecisionId, string Agent, string Channel, Instant At, ReadOnlyMemory<byte> Content);

/// <summary>The sandbox outbox: keeps rendered messages instead of sending them.</summary>
public interface ISandbox
{
    ValueTask KeepAsync(SandboxMessage message, CancellationToken stop);

    /// <summary>Takes away what is kept for an agent up to and including a moment.</summary>
    /// <returns>Messages that were there.</returns>
    ValueTask<long> EraseAsync(string agent, Instant upTo, CancellationToken stop);

    /// <summary>Newest first; <paramref name="after"/> is the decision id of the last one seen.</summary>
    ValueTask<IReadOnlyList<SandboxMessage>> ListAsync(string tenant, string? agent, string? after, int limit, CancellationToken stop);
}
