using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Privacy;

namespace Aampe.Agents.Storage.State;

/// <summary>An agent's record with the version that the next write must name.</summary>
/// <param name="Key">Agent key, <c>tenant/kind:id</c> escaped by <c>AgentKey</c>.</param>
/// <param name="Version">≥ 1.</param>
/// <param name="Record">Packed record (<c>AgentRecordCodec</c>).</param>
public sealed record StoredAgent(string Key, long Version, ReadOnlyMemory<byte> Record);

/// <summary>An agent's place in the panel, without its record.</summary>
/// <param name="Key">Agent key.</param>
/// <param name="Rank">Its rank; fixed.</param>
/// <param name="Version">Version that it has now.</param>
/// <param name="State">What its record of that version says, where this process has it at hand; null = read it.</param>
public readonly record struct PanelPlace(string Key, long Rank, long Version, AgentState? State);

/// <summary>An agent with work due.</summary>
public readonly record struct DueAgent(string Key, Instant Due);

/// <summary>A decision as it was recorded: canonical JSON, never changed afterwards.</summary>
/// <param name="Id">"dec_…".</param>
/// <param name="Agent">Agent key.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Program">Program id.</param>
/// <param name="Stored">Its record as it is stored: packed (<see cref="RecordPacking"/>) or plain.</param>
public sealed record StoredDecision(string Id, string Agent, Instant At, string Program, ReadOnlyMemory<byte> Stored)
{
    /// <summary>Canonical JSON of the record; unpacked at each call.</summary>
    public ReadOnlyMemory<byte> Record => RecordPacking.Unpack(Stored);
}

/// <summary>The one final effect of a decision.</summary>
/// <param name="DecisionId">Decision whose effect it is.</param>
/// <param name="Agent">Agent key.</param>
/// <param name="At">When it became final.</param>
/// <param name="Program">Program id.</param>
/// <param name="Stored">Its receipt as it is stored: packed (<see cref="RecordPacking"/>) or plain.</param>
public sealed record StoredEffect(string DecisionId, string Agent, Instant At, string Program, ReadOnlyMemory<byte> Stored)
{
    /// <summary>Canonical JSON of the receipt; unpacked at each call.</summary>
    public ReadOnlyMemory<byte> Receipt => RecordPacking.Unpack(Stored);
}

/// <summary>Where a hand-over stands.</summary>
public enum OutboxStatus : byte
{
    /// <summary>Waiting for its time.</summary>
    Waiting = 1,

    /// <summary>Marked before the call; what became of it is not known until the result is written.</summary>
    InFlight = 2,
}

/// <summary>A message on its way to a channel. Written only in the commit of its agent.</summary>
/// <param name="DecisionId">Key.</param>
/// <param name="Agent">Agent key.</param>
/// <param name="Channel">Channel of the message.</param>
/// <param name="Due">Next attempt.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attempts">Attempts made so far.</param>
public sealed record OutboxRow(string DecisionId, string Agent, string Channel, Instant Due, OutboxStatus Status, int Attempts);

/// <summary>Everything that one step of an agent changes: one transaction, all or nothing.</summary>
public sealed record AgentCommit
{
    public required string Key { get; init; }

    /// <summary>Version read before; 0 = the agent must not exist yet.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>Steps that it brings together: the new version is <see cref="ExpectedVersion"/> and this many; ≥ 1.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>The record after it; packed when it is first asked for.</summary>
    public required AgentImage Record { get; init; }

    /// <summary>The log alone can bring it about again: it need not be durable before the partition's cursor moves past its events.</summary>
    public bool Derived { get; init; }

    /// <summary>Term under which the agent was read (<see cref="IAgentStore.TermAsync"/>).</summary>
    public long Term { get; init; }

    /// <summary>Partition of the agent (<see cref="Log.Partitioning"/>); fixed.</summary>
    public required int Partition { get; init; }

    /// <summary>When the agent wants to be woken; null = not before its next event.</summary>
    public Instant? Due { get; init; }

    /// <summary>Place in the panel order, a stable hash of the key; fixed. The panel is the agents with the smallest.</summary>
    public required long PanelRank { get; init; }

    /// <summary>Journal entries of this step, packed (Core's AgentJournal), one row; empty = nothing to tell.</summary>
    public ReadOnlyMemory<byte> Journal { get; init; }

    /// <summary>Number of entries in <see cref="Journal"/>.</summary>
    public int JournalEntries { get; init; }

    public IReadOnlyList<StoredDecision> Decisions { get; init; } = [];

    public IReadOnlyList<StoredEffect> Effects { get; init; } = [];

    /// <summary>Rows to insert or replace.</summary>
    public IReadOnlyList<OutboxRow> Outbox { get; init; } = [];

    /// <summary>Decision ids whose row goes.</summary>
    public IReadOnlyList<string> OutboxDone { get; init; } = [];

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ExpectedVersion);
        ArgumentOutOfRangeException.ThrowIfNegative(JournalEntries);
        if (JournalEntries == 0 != Journal.IsEmpty)
        {
            throw new ArgumentException($"JournalEntries is {JournalEntries}, but the journal of {Key} has {Journal.Length} bytes: state both or neither.");
        }
    }
}

/// <summary>Somebody else wrote the agent since it was read; nothing of the commit was stored.</summary>
public sealed class VersionConflictException(string key, long expected)
    : Exception($"Agent {key} is no longer at version {expected}; it must be read again.")
{
    public string Key { get; } = key;
}

/// <summary>One row of an agent's journal.</summary>
/// <param name="FirstSequence">Number of its first entry, counted from 1 over the agent's life.</param>
/// <param name="Count">Entries in it.</param>
/// <param name="Entries">UTF-8 JSON array.</param>
public sealed record JournalRow(long FirstSequence, int Count, ReadOnlyMemory<byte> Entries);

/// <summary>Counts that the console shows without a scan.</summary>
public sealed record StoreTotals(long Agents, long Decisions, long Effects, long OutboxWaiting);

/// <summary>Agents, their journal, decisions, effects and outbox. Writes of many agents share a commit; callers await it.</summary>
public interface IAgentStore
{
    ValueTask<StoredAgent?> ReadAsync(string key, CancellationToken stop);

    /// <summary>Those of some agents that exist, in the order of the keys.</summary>
    ValueTask<IReadOnlyList<StoredAgent>> ReadManyAsync(IReadOnlyList<string> keys, CancellationToken stop);

    /// <summary>
    /// The term under which this process owns a partition, asked before an agent of it is read; waits while the partition is being taken over.
    /// 0 in a store that guards each record by its version alone.
    /// </summary>
    /// <exception cref="Log.PartitionLostException">Another process owns it.</exception>
    ValueTask<long> TermAsync(int partition, CancellationToken stop) => ValueTask.FromResult(0L);

    /// <summary>Brings the rows of a partition that this process owns up to date, in a store that writes them later than it answers.</summary>
    ValueTask CheckpointAsync(int partition, CancellationToken stop) => ValueTask.CompletedTask;

    /// <summary>Whether a term still holds: what was read under another may be out of date.</summary>
    bool Holds(int partition, long term) => true;

    /// <summary>Stores all of a commit or nothing.</summary>
    /// <returns>The new version.</returns>
    /// <exception cref="VersionConflictException">The agent is not at the expected version.</exception>
    ValueTask<long> CommitAsync(AgentCommit commit, CancellationToken stop);

    /// <summary>
    /// Takes an agent out of the store with its journal, decisions, effects and hand-overs: all of it or nothing. For the agent itself alone, which takes no
    /// step meanwhile. Repeated, it finds nothing more.
    /// </summary>
    /// <exception cref="Log.PartitionLostException">The term is over; nothing was taken.</exception>
    ValueTask<ErasedRows> EraseAsync(AgentErasure erasure, CancellationToken stop);

    /// <summary>Agents due at or before a moment, oldest first, then by key.</summary>
    ValueTask<IReadOnlyList<DueAgent>> DueAsync(int partition, Instant upTo, int limit, CancellationToken stop);

    /// <summary>The earliest due moment over all partitions; null when nothing is due.</summary>
    ValueTask<Instant?> FirstDueAsync(CancellationToken stop);

    /// <summary>Waiting outbox rows due at or before a moment, oldest first, then by decision id.</summary>
    ValueTask<IReadOnlyList<OutboxRow>> OutboxDueAsync(Instant upTo, int limit, CancellationToken stop);

    /// <summary>The earliest due outbox row; null when none waits.</summary>
    ValueTask<Instant?> FirstOutboxDueAsync(CancellationToken stop);

    /// <summary>Rows found in flight: at start, hand-overs that a crash cut.</summary>
    ValueTask<IReadOnlyList<OutboxRow>> OutboxInFlightAsync(CancellationToken stop);

    /// <summary>The fixed panel of a tenant: the <paramref name="size"/> agents with the smallest rank, ordered by rank, then key.</summary>
    IAsyncEnumerable<StoredAgent> PanelAsync(string tenant, int size, CancellationToken stop);

    /// <summary>The same panel in the same order without the records: whoever has read it before reads anew only what has another version.</summary>
    ValueTask<IReadOnlyList<PanelPlace>> PanelPlacesAsync(string tenant, int size, CancellationToken stop);

    /// <summary>Journal rows of an agent, newest first, with entries numbered below <paramref name="before"/>.</summary>
    ValueTask<IReadOnlyList<JournalRow>> JournalAsync(string key, long before, int limit, CancellationToken stop);

    ValueTask<StoredDecision?> DecisionAsync(string decisionId, CancellationToken stop);

    ValueTask<StoredEffect?> EffectAsync(string decisionId, CancellationToken stop);

    /// <summary>
    /// The decisions of a tenant before a moment, newest first, then by id from the end. To page, name moment and id of the last one
    /// seen: many decisions may share one millisecond.
    /// </summary>
    ValueTask<IReadOnlyList<StoredDecision>> RecentDecisionsAsync(string tenant, Instant before, string? beforeId, int limit, CancellationToken stop);

    /// <summary>Keys of agents that start with a prefix, in order of key; for search.</summary>
    ValueTask<IReadOnlyList<string>> FindAsync(string keyPrefix, string? after, int limit, CancellationToken stop);

    ValueTask<StoreTotals> TotalsAsync(string tenant, CancellationToken stop);
}
