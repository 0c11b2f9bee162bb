using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Cursors of a log that lives elsewhere, in the embedded store. Its log chooses the numbers: one for each partition and epoch.</summary>
public sealed class SqlitePartitionCursors(SqliteDatabase database) : IPartitionCursors
{
    /// <inheritdoc/>
    public ValueTask<PartitionTerm> TakeAsync(int partition, CancellationToken stop) =>
        database.WriteAsync<PartitionTerm>(32, (transaction, _) =>
        {
            using var take = transaction.Use("""
                insert into partition_cursors (number, next, term) values (?1, 0, 1)
                on conflict (number) do update set term = term + 1 returning term, next
                """);
            take.Int(1, partition).Step();
            return new PartitionTerm(take.Int(0), take.Int(1));
        }, stop);

    /// <inheritdoc/>
    public ValueTask<long> CommitAsync(int partition, long term, long next, CancellationToken stop) =>
        database.WriteAsync<long>(32, (transaction, refuse) =>
        {
            using var set = transaction.Use("update partition_cursors set next = max(next, ?1) where number = ?2 and term = ?3 returning next");
            return set.Int(1, next).Int(2, partition).Int(3, term).Step() ? set.Int(0) : refuse(new PartitionLostException(partition));
        }, stop);
}
