using System.Threading.Channels;
using Aampe.Agents.Storage.State;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Reads by key: what many callers ask for while a statement runs goes into the next one.</summary>
internal sealed class AgentReads : IAsyncDisposable
{
    const int Loops = 4, Most = 512;

    readonly DatabaseServer server;
    readonly Channel<Asked> asked = Channel.CreateBounded<Asked>(8_192);
    readonly Task[] loops;

    public AgentReads(DatabaseServer server)
    {
        this.server = server;
        loops = [.. Enumerable.Range(0, Loops).Select(_ => ServeAsync())];
    }

    public async ValueTask<StoredAgent?> ReadAsync(string key, CancellationToken stop)
    {
        var one = new Asked(key);
        try
        {
            await asked.Writer.WriteAsync(one, stop).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(PostgresDatabase));
        }

        return await one.Found.Task.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Those that exist, in the order of the keys.</summary>
    public async ValueTask<List<StoredAgent>> ReadManyAsync(IReadOnlyList<string> keys, CancellationToken stop)
    {
        var all = new List<StoredAgent>(keys.Count);
        foreach (var some in keys.Chunk(Most))
        {
            all.AddRange((await QueryAsync(some, stop).ConfigureAwait(false)).OfType<StoredAgent>());
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        asked.Writer.Complete();
        await Task.WhenAll(loops).ConfigureAwait(false);
    }

    async Task ServeAsync()
    {
        var batch = new List<Asked>(Most);
        while (await asked.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < Most && asked.Reader.TryRead(out var one))
            {
                batch.Add(one);
            }

            try
            {
                if (batch.Count > 0)
                {
                    var found = await QueryAsync([.. batch.Select(one => one.Key)], default).ConfigureAwait(false);
                    for (var i = 0; i < found.Length; i++)
                    {
                        batch[i].Found.TrySetResult(found[i]);
                    }
                }
            }
            catch (Exception why)
            {
                batch.ForEach(one => one.Found.TrySetException(why));
            }

            batch.Clear();
        }
    }

    ValueTask<StoredAgent?[]> QueryAsync(string[] keys, CancellationToken stop) => server.ReadAsync(async (connection, ending) =>
    {
        await using var command = new NpgsqlCommand("select v.number, a.version, a.record from unnest($1) with ordinality v (key, number) join agents a on a.key = v.key", connection);
        command.Parameters.Blobs([.. keys.Select(PostgresText.Bytes)]);
        await using var rows = await command.ExecuteReaderAsync(ending).ConfigureAwait(false);
        var found = new StoredAgent?[keys.Length];
        while (await rows.ReadAsync(ending).ConfigureAwait(false))
        {
            var number = (int)rows.GetInt64(0) - 1;
            found[number] = new StoredAgent(keys[number], rows.GetInt64(1), rows.Blob(2));
        }

        return found;
    }, stop);

    sealed record Asked(string Key)
    {
        public TaskCompletionSource<StoredAgent?> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
