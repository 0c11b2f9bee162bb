using Aampe.Agents.Storage.Commits;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>
/// The one writer: its own thread takes what callers have queued and writes it in one transaction. There is no timer: a batch is
/// what came while the last commit ran, so a lone caller waits for one commit and many callers share one.
/// </summary>
internal sealed class GroupCommit
{
    const int MostWorks = 2_048;
    const long MostBytes = 4 << 20;

    readonly WriteQueue<WriteWork> queue = new(8_192, 64 << 20);
    readonly Connection connection;
    readonly WriteTransaction transaction;
    readonly Action<Exception> onBroken;
    readonly Thread thread;
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Exception? lastFailure;
    bool broken;

    public GroupCommit(Connection connection, WriteTransaction transaction, Action<Exception> onBroken)
    {
        this.connection = connection;
        this.transaction = transaction;
        this.onBroken = onBroken;
        thread = new Thread(Work) { IsBackground = true, Name = "sqlite writer" };
        thread.Start();
    }

    /// <summary>Writes; completes when it is durable.</summary>
    public async ValueTask<T> RunAsync<T>(WriteWork<T> work, CancellationToken stop)
    {
        await queue.AddAsync(work, stop).ConfigureAwait(false);
        return await work.Done.ConfigureAwait(false);
    }

    /// <summary>Writes what is queued, then ends.</summary>
    public Task EndAsync()
    {
        queue.Close(new ObjectDisposedException(nameof(SqliteDatabase)), drop: false);
        return ended.Task;
    }

    void Work()
    {
        try
        {
            var batch = new List<WriteWork>();
            while (queue.Take(batch, MostWorks, MostBytes))
            {
                Write(batch);
            }

            if (!broken)
            {
                connection.Script("pragma wal_checkpoint(truncate)");
            }

            ended.SetResult();
        }
        catch (SqliteFailureException why)
        {
            // The checkpoint at the end failed: the commits are safe in the log beside the file, and the next start takes them in.
            ended.SetException(why);
        }
    }

    void Write(List<WriteWork> batch)
    {
        if (TryWrite(batch))
        {
            return;
        }

        // Somebody's work spoils the whole: each alone, in the same order, so that only the bad one fails.
        foreach (var work in batch)
        {
            if (broken || !TryWrite([work]))
            {
                work.Failed(lastFailure!);
            }
        }
    }

    bool TryWrite(List<WriteWork> batch)
    {
        try
        {
            connection.Run("begin immediate");
            foreach (var work in batch)
            {
                work.Apply(transaction);
            }

            transaction.Log.Flush(transaction);
            transaction.Totals.Flush(transaction);
            connection.Run("commit");
        }
        catch (Exception why)
        {
            RollBack(why);
            return false;
        }

        transaction.Log.Committed();
        foreach (var work in batch)
        {
            work.Committed();
        }

        return true;
    }

    void RollBack(Exception why)
    {
        lastFailure = why;
        transaction.Log.RolledBack();
        transaction.Totals.RolledBack();
        if (why is SqliteFailureException { IsFatal: true })
        {
            Break(why);
            return;
        }

        try
        {
            if (connection.InTransaction)
            {
                connection.Run("rollback");
            }
        }
        catch (SqliteFailureException failed)
        {
            Break(failed);
        }
    }

    void Break(Exception why)
    {
        if (broken)
        {
            return;
        }

        broken = true;
        lastFailure = new StoreBrokenException(why);
        queue.Close(lastFailure, drop: true);
        onBroken(lastFailure);
    }
}
