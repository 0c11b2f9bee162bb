namespace Aampe.Agents.Sim;

/// <summary>Bugs that are planted into the shells, one a run. The product has no such switch.</summary>
internal enum Mutant
{
    None,

    /// <summary>Ingest answers before the append.</summary>
    AckBeforeAppend,

    /// <summary>An effect is stored with the old watermark; the watermark follows in a write of its own.</summary>
    WatermarkAfterEffect,

    /// <summary>Ingest knows repeats by message id alone, not by source and user.</summary>
    DedupeByMessageIdAlone,

    /// <summary>A gate that lost the compare-and-set writes over the winner, all checked again but the caps.</summary>
    CapOutsideCompareAndSet,

    /// <summary>The channel is called before the mark is durable.</summary>
    SendBeforeCommit,

    /// <summary>A hand-over that a crash cut is called again on a channel that does not know the key.</summary>
    RetryInFlightBlindly,

    /// <summary>A gate that lost the compare-and-set writes its mark over the winner without any check.</summary>
    GateWithoutLock,

    /// <summary>Rules are used long after their lease ran out.</summary>
    RulesPastLease,

    /// <summary>Quiet hours are read in the server's zone.</summary>
    QuietInServerZone,

    /// <summary>The day of a cap is the UTC date.</summary>
    LocalDayByUtc,

    /// <summary>After downtime every missed slot is evaluated.</summary>
    CatchUpEverySlot,

    /// <summary>The arm is drawn anew with every activation.</summary>
    ArmRedrawn,

    /// <summary>After an unknown result the posterior update is applied to what is read again.</summary>
    EffectAppliedTwice,

    /// <summary>The gate trusts the caps that were checked at the decision.</summary>
    GateIgnoresCaps,

    /// <summary>The gate grants an attempt that another worker has marked already.</summary>
    GateGrantsTwice,

    /// <summary>The pump commits its cursor before the agents have answered.</summary>
    CursorBeforeApply,

    /// <summary>After an unknown result an activation goes on with what it wanted to write.</summary>
    KeepsStateAfterFailure,

    /// <summary>The pump tries a slice that fails for ever.</summary>
    PoisonBlocks,

    /// <summary>The ticker takes an agent out of the due index before it has moved it on.</summary>
    DueClaimedFirst,

    /// <summary>The gate looks at no expiry.</summary>
    SentAfterExpiry,

    /// <summary>A withdrawal is acknowledged before it is durable.</summary>
    ConsentAckBeforeCommit,

    /// <summary>An activation forgets the message ids that its state knows.</summary>
    DedupeForgotten,

    /// <summary>An erasure takes everything of an agent but what waits for its channel.</summary>
    EraseLeavesOutbox,

    /// <summary>Agents take events of who was erased, whatever they tell of.</summary>
    LateEventRevives,

    /// <summary>Ledger: the cursor goes before the checkpoint.</summary>
    CursorBeforeCheckpoint,

    /// <summary>Ledger: an append is not fenced by the term.</summary>
    LedgerUnfenced,

    /// <summary>Ledger: a new owner serves before it has replayed the tail.</summary>
    ServesBeforeReplay,

    /// <summary>Ledger: the outbox is read from rows that are behind the ledger, and trusted.</summary>
    OutboxFromStaleRow,

    /// <summary>Ledger: the tail is cut before the rows are durable.</summary>
    TruncatesBeforeDurable,

    /// <summary>Ledger: an agent takes a slice although it has lost events that came before it.</summary>
    GapUnchecked,

    /// <summary>Ledger: a checkpoint is not fenced by the term.</summary>
    CheckpointUnfenced,
}
