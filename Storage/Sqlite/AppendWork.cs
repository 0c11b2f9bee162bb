using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>One caller's events and dead letters.</summary>
internal sealed class AppendWork(PackedEvents events, IReadOnlyList<DeadLetter> deadLetters) : WriteWork<bool>
{
    public override long Bytes { get; } = events.Segments.Sum(segment => (long)segment.Length) + deadLetters.Sum(SqliteEventLog.BytesOf);

    protected override bool Write(WriteTransaction transaction)
    {
        foreach (var segment in events.Segments)
        {
            transaction.Log.Add(transaction, segment.Partition, events.BytesOf(segment), segment.Count, segment.Newest);
        }

        SqliteEventLog.Add(transaction, deadLetters);
        return true;
    }
}
