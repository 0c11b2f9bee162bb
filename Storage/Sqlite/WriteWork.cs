using Aampe.Agents.Storage.Commits;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>What one caller wants written. It shares its transaction with others and may be applied again after a rollback.</summary>
internal abstract class WriteWork : IQueuedWork
{
    /// <inheritdoc/>
    public abstract long Bytes { get; }

    /// <summary>Writes inside the open transaction.</summary>
    public abstract void Apply(WriteTransaction transaction);

    /// <summary>The transaction is durable.</summary>
    public abstract void Committed();

    /// <inheritdoc/>
    public abstract void Failed(Exception why);
}

/// <summary>Work with an answer.</summary>
internal abstract class WriteWork<T> : WriteWork
{
    readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Exception? refusal;
    T? answer;

    public Task<T> Done => done.Task;

    public sealed override void Apply(WriteTransaction transaction)
    {
        refusal = null;
        answer = Write(transaction);
    }

    public override void Committed()
    {
        if (refusal is { } why)
        {
            done.SetException(why);
        }
        else
        {
            done.SetResult(answer!);
        }
    }

    public override void Failed(Exception why) => done.SetException(why);

    protected abstract T Write(WriteTransaction transaction);

    /// <summary>Fails this work alone; allowed only before it has written anything.</summary>
    protected T Refuse(Exception why)
    {
        refusal = why;
        return default!;
    }
}

/// <summary>Work out of a delegate, for the paths that are not hot.</summary>
internal sealed class DelegateWork<T>(long bytes, Func<WriteTransaction, Func<Exception, T>, T> write) : WriteWork<T>
{
    public override long Bytes => bytes;

    protected override T Write(WriteTransaction transaction) => write(transaction, Refuse);
}

/// <summary>What all work of one transaction shares.</summary>
internal sealed class WriteTransaction(Connection connection, LogTail log, TotalsTally totals)
{
    public Connection Connection { get; } = connection;

    public LogTail Log { get; } = log;

    public TotalsTally Totals { get; } = totals;

    public Statement Use(string sql) => Connection.Use(sql);
}
