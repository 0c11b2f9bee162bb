using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>The one file of the embedded store: its lock, its schema, its writer and its readers.</summary>
public sealed class SqliteDatabase : IAsyncDisposable, IDisposable
{
    const int ReadersKept = 8;

    readonly string path;
    readonly FileStream owner;
    readonly Connection writer;
    readonly GroupCommit commits;
    readonly ConcurrentBag<Connection> readers = [];
    Task? ended;
    volatile bool disposed;

    /// <summary>Opens the directory, or makes it.</summary>
    /// <exception cref="DirectoryInUseException">Another process has it.</exception>
    /// <exception cref="StoreMismatchException">It was made with other fixed settings, or by a later release.</exception>
    public SqliteDatabase(SqliteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        var directory = Path.GetFullPath(options.Directory);
        Directory.CreateDirectory(directory);
        path = Path.Combine(directory, SqliteOptions.FileName);
        owner = Own(directory, options.LockPatience);
        Connection? opened = null;
        try
        {
            opened = new Connection(path, create: true);
            opened.Script("pragma journal_mode = wal");
            opened.Script(options.Synchronous == Durability.Full ? "pragma synchronous = full" : "pragma synchronous = normal");
            opened.Script("pragma cache_size = -65536; pragma temp_store = memory; pragma wal_autocheckpoint = 8192; pragma journal_size_limit = 67108864");
            ApplySchema(opened);
            Epoch = FixSettings(opened, options, directory);
            DuePartitions.Apply(opened, options.Partitions);
            Log = new LogTail(opened, options.Partitions);
            writer = opened;
            commits = new GroupCommit(opened, new WriteTransaction(opened, Log, new TotalsTally()), options.OnBroken);
        }
        catch
        {
            opened?.Dispose();
            owner.Dispose();
            throw;
        }
    }

    /// <summary>The settings it was opened with.</summary>
    public SqliteOptions Options { get; }

    internal int Epoch { get; }

    internal LogTail Log { get; }

    /// <summary>Writes what is queued, brings the log of the file into it and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        Task ending;
        lock (readers)
        {
            ending = ended ??= CloseAsync();
        }

        await ending.ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    internal ValueTask<T> WriteAsync<T>(WriteWork<T> work, CancellationToken stop) => commits.RunAsync(work, stop);

    /// <summary>Writes by a delegate, which may run twice and may refuse before it has written anything.</summary>
    internal ValueTask<T> WriteAsync<T>(long bytes, Func<WriteTransaction, Func<Exception, T>, T> write, CancellationToken stop) =>
        commits.RunAsync(new DelegateWork<T>(bytes, write), stop);

    /// <summary>A connection to read from; dispose the lease soon: it must not outlive the call.</summary>
    internal ReadLease Read(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!readers.TryTake(out var reader))
        {
            reader = new Connection(path, create: false);
            reader.Script("pragma query_only = on; pragma cache_size = -16384; pragma temp_store = memory");
        }

        return new ReadLease(this, reader);
    }

    /// <summary>Brings the log beside the file into it and cuts it, as far as nobody reads in it just now.</summary>
    internal void Truncate()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        using var own = new Connection(path, create: false);
        own.Script("pragma wal_checkpoint(truncate)");
    }

    void Return(Connection reader)
    {
        if (disposed || readers.Count >= ReadersKept)
        {
            reader.Dispose();
        }
        else
        {
            readers.Add(reader);
        }
    }

    async Task CloseAsync()
    {
        disposed = true;
        try
        {
            while (readers.TryTake(out var reader))
            {
                reader.Dispose();
            }

            await commits.EndAsync().ConfigureAwait(false);
        }
        finally
        {
            writer.Dispose();
            await owner.DisposeAsync().ConfigureAwait(false);
        }
    }

    static FileStream Own(string directory, TimeSpan patience)
    {
        // The lock of an open file ends with its process, however that ends.
        var file = Path.Combine(directory, "agents.lock");
        var since = Stopwatch.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException taken) when (taken is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
            {
                if (Stopwatch.GetElapsedTime(since) >= patience)
                {
                    throw new DirectoryInUseException(directory, taken);
                }

                pause.Wait(20);
            }
        }
    }

    static void ApplySchema(Connection connection)
    {
        connection.Script("create table if not exists schema_versions (version integer primary key, name text not null)");
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = assembly.GetManifestResourceNames().Where(name => name.StartsWith("Schema/Sqlite/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        var applied = Number(connection, "select coalesce(max(version), 0) from schema_versions");
        if (applied > scripts.Length)
        {
            throw new StoreMismatchException($"The store has schema version {applied}; this release knows {scripts.Length}. Run the release that wrote it, or a later one.");
        }

        for (var version = (int)applied + 1; version <= scripts.Length; version++)
        {
            var name = scripts[version - 1];
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            connection.Script($"begin immediate; {text.ReadToEnd()}; insert into schema_versions values ({version.ToString(CultureInfo.InvariantCulture)}, '{name}'); commit");
        }
    }

    static int FixSettings(Connection connection, SqliteOptions options, string directory)
    {
        connection.Script($"""
            insert or ignore into settings values ('partitions', '{options.Partitions.ToString(CultureInfo.InvariantCulture)}');
            insert or ignore into settings values ('epoch', '1')
            """);
        var partitions = Number(connection, "select cast(value as integer) from settings where name = 'partitions'");
        return partitions == options.Partitions
            ? (int)Number(connection, "select cast(value as integer) from settings where name = 'epoch'")
            : throw new StoreMismatchException(
                $"Log:Partitions is {options.Partitions}, but {directory} was made with {partitions}; the number is fixed when a directory is made. Set Log:Partitions to {partitions}, or name an empty directory.");
    }

    static long Number(Connection connection, string sql)
    {
        using var row = connection.Use(sql);
        return row.Step() ? row.Int(0) : 0;
    }

    /// <summary>A reader on loan.</summary>
    internal readonly struct ReadLease(SqliteDatabase database, Connection connection) : IDisposable
    {
        public Statement Use(string sql) => connection.Use(sql);

        public void Dispose() => database.Return(connection);
    }
}
