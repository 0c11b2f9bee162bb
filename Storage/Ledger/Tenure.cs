namespace Aampe.Agents.Storage.Ledger;

/// <summary>A partition in the hands of one owner.</summary>
/// <param name="Partition">Partition.</param>
/// <param name="Owner">Number of the row that holds its term and cursor (<see cref="Log.IPartitionReader.Owner"/>).</param>
/// <param name="Term">Term under which it was taken.</param>
public readonly record struct Tenure(int Partition, int Owner, long Term);
