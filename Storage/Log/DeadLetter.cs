using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Storage.Log;

/// <summary>An event that could not be taken, with its reason; kept until it is fixed and replayed or discarded.</summary>
public sealed record DeadLetter
{
    /// <summary>"dl_" and a stable hash of what it holds and where it came from.</summary>
    public required string Id { get; init; }

    public required string Tenant { get; init; }

    public required string Source { get; init; }

    /// <summary>One of the closed list in docs/api.md: missing_user_id, missing_event_name, unknown_type, …</summary>
    public required string Reason { get; init; }

    /// <summary>What is wrong, with field, value and limit.</summary>
    public required string Detail { get; init; }

    public required Instant At { get; init; }

    /// <summary>Whether the source was trusted: a replay keeps it.</summary>
    public required bool Trusted { get; init; }

    public string? MessageId { get; init; }

    /// <summary>The event as it was sent, cut at 64 KB.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>When it was replayed with success; null = still open.</summary>
    public Instant? ReplayedAt { get; init; }
}

/// <summary>The dead letters of all sources, newest first.</summary>
public interface IDeadLetters
{
    /// <summary>A page of letters, newest first. <paramref name="after"/> is the id of the last one seen.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string tenant, string? source, string? reason, string? after, int limit, CancellationToken stop);

    ValueTask<DeadLetter?> FindAsync(string tenant, string id, CancellationToken stop);

    /// <summary>Letters that are still open, by reason.</summary>
    ValueTask<IReadOnlyDictionary<string, long>> CountOpenAsync(string tenant, CancellationToken stop);

    /// <summary>Adds letters found behind the log (a handler that failed). Adding an id twice keeps the first.</summary>
    ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken stop);

    /// <summary>Takes letters away.</summary>
    /// <returns>Those that were there.</returns>
    ValueTask<long> DeleteAsync(string tenant, IReadOnlyList<string> ids, CancellationToken stop);

    /// <summary>Notes the replay; false when the letter is unknown or was replayed before.</summary>
    ValueTask<bool> MarkReplayedAsync(string tenant, string id, Instant at, CancellationToken stop);
}
