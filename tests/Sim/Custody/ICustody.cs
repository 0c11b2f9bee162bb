using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim.Custody;

/// <summary>How agents are kept: the one seam between the two designs.</summary>
internal interface ICustody
{
    /// <summary>Whether events are applied in memory first and stored at the next checkpoint.</summary>
    bool Lazy { get; }

    /// <summary>Whether every durable change stands in the rows.</summary>
    bool IsSettled { get; }

    /// <summary>Reads an agent; null when there is none yet.</summary>
    Task<Row?> ReadAsync(Silo silo, string key);

    /// <summary>Makes a commit durable.</summary>
    /// <returns>The new version.</returns>
    Task<long> CommitAsync(Silo silo, Commit commit);

    /// <summary>Stores what has been applied in memory.</summary>
    /// <returns>The new version.</returns>
    Task<long> CheckpointAsync(Silo silo, Commit commit);

    /// <summary>Takes an agent away with all that is its own.</summary>
    Task EraseAsync(Silo silo, string key);

    /// <summary>A new owner makes a partition its own before it serves it.</summary>
    Task TakeOverAsync(Silo silo, int partition, long term);

    /// <summary>The owner gives a partition up.</summary>
    void GiveUp(Silo silo, int partition);

    /// <summary>Agents of a partition that are due, oldest first.</summary>
    IReadOnlyList<string> Due(Silo silo, int partition, long upTo);

    /// <summary>Takes an agent out of the due index: what only a planted bug does.</summary>
    void Claim(Silo silo, string key);

    /// <summary>Rows that this silo may see, in order of due time.</summary>
    IReadOnlyList<OutboxRow> Outbox(Silo silo);
}
