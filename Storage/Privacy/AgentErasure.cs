namespace Aampe.Agents.Storage.Privacy;

/// <summary>An agent that is to leave the store with all that belongs to it.</summary>
/// <param name="Key">Agent key.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Term">Term under which it was read (<see cref="State.IAgentStore.TermAsync"/>).</param>
/// <param name="Decisions">Ids of every decision that it has made: they follow from its record, so no table has to be searched for them.</param>
public sealed record AgentErasure(string Key, int Partition, long Term, IReadOnlyList<string> Decisions);

/// <summary>Rows that an erasure took away.</summary>
/// <param name="Agents">0 or 1.</param>
/// <param name="Journal">Rows of its journal.</param>
/// <param name="Decisions">Decision records.</param>
/// <param name="Effects">Effect receipts.</param>
/// <param name="Outbox">Hand-overs that waited or were under way.</param>
public readonly record struct ErasedRows(long Agents, long Journal, long Decisions, long Effects, long Outbox);
