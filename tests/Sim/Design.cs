namespace Aampe.Agents.Sim;

/// <summary>When an agent's row is written.</summary>
internal enum Design
{
    /// <summary>At every change, by compare-and-set on its version.</summary>
    Row,

    /// <summary>At checkpoints; what may not be lost goes to the partition's ledger first.</summary>
    Ledger,
}

/// <summary>Which planted bugs make sense where.</summary>
internal static class Designs
{
    /// <summary>In the ledger design one owner works the outbox of a partition and orders all its commits: bugs between two workers have no place there.</summary>
    public static bool Has(this Design design, Mutant mutant) => design == Design.Ledger
        ? mutant is not (Mutant.WatermarkAfterEffect or Mutant.CapOutsideCompareAndSet or Mutant.GateWithoutLock or Mutant.GateGrantsTwice)
        : mutant < Mutant.CursorBeforeCheckpoint;
}
