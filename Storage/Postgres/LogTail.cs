namespace Aampe.Agents.Storage.Postgres;

/// <summary>A row of the log as it was written.</summary>
/// <param name="First">Offset of its first event.</param>
/// <param name="Count">Events.</param>
/// <param name="Day">Day of its table.</param>
/// <param name="Bytes">The packed events.</param>
internal sealed record TailRow(long First, int Count, long Day, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Rows of one partition that this process has just committed, for a reader in the same process: what was written a moment ago need not be asked
/// for again. It never says that there is no more; where it has a gap, or nobody reads, the table is asked.
/// </summary>
internal sealed class LogTail
{
    /// <summary>Bytes kept; a reader that is further behind reads the table.</summary>
    const long Most = 4 << 20;

    readonly Lock gate = new();
    readonly Queue<TailRow> rows = new();
    long next = -1, bytes;
    int readers;

    /// <summary>Somebody reads the partition here.</summary>
    public void Open()
    {
        lock (gate)
        {
            readers++;
        }
    }

    /// <summary>A reader is gone.</summary>
    public void Close()
    {
        lock (gate)
        {
            if (--readers == 0)
            {
                Clear();
            }
        }
    }

    /// <summary>Takes a row that is committed.</summary>
    public void Add(TailRow row)
    {
        lock (gate)
        {
            if (readers == 0)
            {
                return;
            }

            if (row.First != next)
            {
                // Another process wrote in between.
                Clear();
            }

            rows.Enqueue(row);
            (next, bytes) = (row.First + row.Count, bytes + row.Bytes.Length);
            while (bytes > Most)
            {
                bytes -= rows.Dequeue().Bytes.Length;
            }
        }
    }

    /// <summary>The row that holds an offset; null = ask the table. Rows before it are let go.</summary>
    public TailRow? Find(long offset)
    {
        lock (gate)
        {
            while (rows.TryPeek(out var row) && row.First + row.Count <= offset)
            {
                bytes -= rows.Dequeue().Bytes.Length;
            }

            return rows.TryPeek(out var found) && found.First <= offset ? found : null;
        }
    }

    /// <summary>Lets go of all rows: what they hold may have been taken out of the table.</summary>
    public void Forget()
    {
        lock (gate)
        {
            Clear();
        }
    }

    void Clear()
    {
        rows.Clear();
        (next, bytes) = (-1, 0);
    }
}
