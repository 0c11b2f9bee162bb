using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Commits;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The partitions of the log that live on one server.</summary>
internal sealed class LogServer : IAsyncDisposable
{
    readonly DatabaseServer server;
    readonly TimeProvider time;
    readonly TimeSpan pollEvery;
    readonly LogDays days;
    readonly PartitionEnd[] ends;
    readonly LogTail[] tails;
    readonly CommitLane<LogAppend> lane;
    readonly CancellationTokenSource closing = new();
    int polling;

    public LogServer(DatabaseServer server, PostgresOptions options, TimeProvider time)
    {
        this.server = server;
        this.time = time;
        pollEvery = options.PollEvery;
        days = new LogDays(server.Source);
        ends = [.. Enumerable.Range(0, options.Partitions).Select(_ => new PartitionEnd())];
        tails = [.. Enumerable.Range(0, options.Partitions).Select(_ => new LogTail())];
        lane = new("postgres log", 2_048, 8 << 20, batch => Halving.Write(batch, Store, server.Tell));
    }

    public DatabaseServer Server => server;

    public PartitionEnd End(int partition) => ends[partition];

    public LogTail Tail(int partition) => tails[partition];

    public async Task AppendAsync(LogAppend append, CancellationToken stop)
    {
        await lane.AddAsync(append, stop).ConfigureAwait(false);
        await append.Done.ConfigureAwait(false);
    }

    /// <summary>One past the newest offset.</summary>
    public async ValueTask<long> ReadEndAsync(int partition, CancellationToken stop)
    {
        await RefreshAsync([partition], stop).ConfigureAwait(false);
        return ends[partition].Known;
    }

    public async ValueTask WaitAsync(int partition, long offset, TimeSpan patience, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (ends[partition].Growth(offset) is { } growth)
        {
            if (Interlocked.Exchange(ref polling, 1) == 0)
            {
                _ = PollAsync();
            }

            await growth.WaitAsync(patience, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
        }
    }

    public ValueTask<long> DropDaysAsync(Instant before, CancellationToken stop) => server.WriteAsync(
        (connection, ending) => LogDays.DropAsync(connection, Today(), before, ending), stop);

    /// <summary>Writes what is queued, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        await lane.EndAsync().ConfigureAwait(false);
        closing.Dispose();
    }

    long Today() => LogDays.Of(new Instant(time.GetUtcNow().ToUnixTimeMilliseconds()));

    // Appends of this process wake their readers themselves; those of other silos are seen here. It runs as long as the log is open:
    // real time, whatever clock the agents live by.
    async Task PollAsync()
    {
        var ending = closing.Token;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pollEvery, ending).ConfigureAwait(false);
                var awaited = Enumerable.Range(0, ends.Length).Where(partition => ends[partition].IsAwaited).ToArray();
                if (awaited.Length > 0)
                {
                    await RefreshAsync(awaited, ending).ConfigureAwait(false);
                }
            }
            catch (Exception why) when (why is OperationCanceledException or StoreUnavailableException or StoreSettingException or StoreMismatchException or NpgsqlException)
            {
                // Whoever waits asks again by reading, and is told there.
            }
        }
    }

    async ValueTask RefreshAsync(int[] partitions, CancellationToken stop) => await server.ReadAsync(async (connection, ending) =>
    {
        await using var command = new NpgsqlCommand("select partition, next from log_heads where partition = any($1)", connection);
        command.Parameters.Put(partitions);
        await using var rows = await command.ExecuteReaderAsync(ending).ConfigureAwait(false);
        while (await rows.ReadAsync(ending).ConfigureAwait(false))
        {
            ends[rows.GetInt32(0)].Seen(rows.GetInt64(1));
        }

        return true;
    }, stop).ConfigureAwait(false);

    void Store(List<LogAppend> batch)
    {
        var rows = new LogRows();
        foreach (var append in batch)
        {
            foreach (var segment in append.Segments)
            {
                rows.Add(append.Events, segment);
            }
        }

        rows.Close();
        var today = Today();
        days.Make(today);
        using var connection = server.Source.OpenConnection();
        using var all = new NpgsqlBatch(connection);
        if (!rows.IsEmpty)
        {
            all.BatchCommands.Add(Lock(rows));
            all.BatchCommands.Add(Insert(rows, today));
        }

        if (batch.Exists(append => !append.Letters.IsEmpty))
        {
            all.BatchCommands.Add(LetterRows.Insert(batch.Select(append => append.Letters)));
        }

        // One round trip, one transaction.
        var grown = new Dictionary<int, (long Base, long Day, long End)>();
        using (var reader = all.ExecuteReader())
        {
            if (!rows.IsEmpty && reader.NextResult())
            {
                while (reader.Read())
                {
                    grown.Add(reader.GetInt32(0), (reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
                }
            }

            while (reader.NextResult())
            {
            }
        }

        rows.Written(grown, tails);
        foreach (var (partition, (_, _, end)) in grown)
        {
            ends[partition].Seen(end);
        }

        batch.ForEach(append => append.Committed());
    }

    // A statement of its own: the next one must see what the lock waited for.
    static NpgsqlBatchCommand Lock(LogRows rows)
    {
        var command = new NpgsqlBatchCommand("select 1 from log_heads where partition = any($1) order by partition for update");
        command.Parameters.Put(rows.Heads);
        return command;
    }

    static NpgsqlBatchCommand Insert(LogRows rows, long today)
    {
        var command = new NpgsqlBatchCommand("""
            with grown as (
                update log_heads h set next = h.next + v.events, day = greatest(h.day, $8)
                from unnest($1, $2) v (partition, events) where h.partition = v.partition
                returning h.partition, h.next - v.events as base, h.day),
            added as (
                insert into log (partition, first_offset, day, count, newest, events)
                select g.partition, g.base + r.before, g.day, r.count, r.newest, r.events
                from unnest($3, $4, $5, $6, $7) r (partition, before, count, newest, events) join grown g on g.partition = r.partition
                returning partition, first_offset, day, first_offset + count as stop)
            select partition, min(first_offset), min(day), max(stop) from added group by partition
            """);
        command.Parameters.Put(rows.Heads).Put(rows.Growth)
            .Put(rows.Partitions).Put(rows.Before).Put(rows.Counts).Put(rows.Newest).Blobs(rows.Events).Put(today);
        return command;
    }
}
