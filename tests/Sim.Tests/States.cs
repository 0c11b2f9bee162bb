namespace Aampe.Agents.Sim.Tests;

/// <summary>States that a long run must have reached at least once; a run that never gets there proves nothing about them.</summary>
static class States
{
    static readonly string[] both =
    [
        "DST gap on the day of a contact", "all silos down for hours", "append unknown, was done", "client sent an event again", "cluster split",
        "cursor fenced", "user erased", "late event refused", "user came back after an erasure", "activation of a life that has ended", "died between a write and its answer", "duplicate activation lost", "effect learnt", "fate unknown for ever",
        "gate found another worker's attempt", "gate refused what had been decided", "hand-over cut", "poison put aside",
        "receiver died before it took the call", "receiver dropped a repeat by its key", "receiver took the call and did not answer",
        "repeat dropped at the door", "slice delivered again", "unknown result had committed", "withdrawal between decision and gate",
    ];

    static readonly string[] ledger =
    [
        "checkpoint of a lost activation", "flush failed", "gap after a lost activation", "ledger tail replayed", "old owner fenced", "owner resigned",
        "pump went back to its cursor",
    ];

    public static IEnumerable<string> Of(Design design) => design == Design.Ledger ? both.Concat(ledger) : both;
}
