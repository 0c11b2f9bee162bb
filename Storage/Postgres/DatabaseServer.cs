using System.Diagnostics;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>One server: its connections, its schema and what is told of its failures.</summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    readonly string name;

    public DatabaseServer(PostgresOptions options, int number)
    {
        var settings = Settings(options, number);
        name = $"The PostgreSQL server {settings.Host}:{settings.Port} (Data:Postgres, number {number})";
        Source = NpgsqlDataSource.Create(settings);
        try
        {
            Epoch = Open(options, settings.ConnectionString, $"{number} of {options.ConnectionStrings.Count}");
        }
        catch
        {
            Source.Dispose();
            throw;
        }
    }

    public int Epoch { get; }

    public NpgsqlDataSource Source { get; }

    /// <summary>Reads, a second time when the first met a connection that had died in the pool.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, ValueTask<T>> read, CancellationToken stop)
    {
        try
        {
            try
            {
                return await RunAsync(read, stop).ConfigureAwait(false);
            }
            catch (NpgsqlException died) when (died.IsTransient && died is not PostgresException { SqlState: PostgresErrorCodes.TooManyConnections })
            {
                return await RunAsync(read, stop).ConfigureAwait(false);
            }
        }
        catch (Exception why) when (Tell(why) is var told && told != why)
        {
            throw told;
        }
    }

    /// <summary>Runs something that changes data; never twice.</summary>
    public async ValueTask<T> WriteAsync<T>(Func<NpgsqlConnection, CancellationToken, ValueTask<T>> write, CancellationToken stop)
    {
        try
        {
            return await RunAsync(write, stop).ConfigureAwait(false);
        }
        catch (Exception why) when (Tell(why) is var told && told != why)
        {
            throw told;
        }
    }

    /// <summary>What callers see of an error.</summary>
    public Exception Tell(Exception why) => PostgresFailure.Tell(why, name);

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    async ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, ValueTask<T>> run, CancellationToken stop)
    {
        await using var connection = await Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        return await run(connection, stop).ConfigureAwait(false);
    }

    int Open(PostgresOptions options, string connectionString, string place)
    {
        var since = Stopwatch.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                return PostgresSchema.Apply(Source, connectionString, name, place, options.Partitions);
            }
            catch (Exception why)
            {
                var told = Tell(why);
                if (told is not StoreUnavailableException || Stopwatch.GetElapsedTime(since) >= options.StartPatience)
                {
                    if (told == why)
                    {
                        throw;
                    }

                    throw told;
                }

                pause.Wait(200);
            }
        }
    }

    static NpgsqlConnectionStringBuilder Settings(PostgresOptions options, int number)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(options.ConnectionStrings[number])
            {
                ApplicationName = "Aampe.Agents",
                CommandTimeout = (int)Math.Ceiling(options.CommandPatience.TotalSeconds),
                MaxAutoPrepare = 200,
                AutoPrepareMinUsages = 2,
                NoResetOnClose = true,
            };
            settings.Timeout = Math.Min(settings.Timeout, 10);

            // Every statement finds its rows by an index. Plans are made once, when a table may still be empty and a scan looks cheap.
            settings.Options = $"{settings.Options} -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off".Trim();
            return settings;
        }
        catch (Exception why) when (why is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new StoreSettingException($"Data:Postgres, number {number}, is no connection string: {why.Message} One looks like this: Host=db;Username=agents;Password=…;Database=agents", why);
        }
    }
}
