using System.Collections.Concurrent;
using Aampe.Agents.Postgres.Fixture;
using Aampe.Agents.Storage.Postgres;
using Npgsql;

namespace Aampe.Agents.Storage.Tests.Postgres;

/// <summary>The databases of a test with the store in them. They are made once, and emptied for the next test: making one takes a second.</summary>
public sealed class Place
{
    public const int Partitions = 4;

    static readonly ConcurrentDictionary<int, ConcurrentBag<string[]>> Free = new();

    Place(string[] connectionStrings)
    {
        ConnectionStrings = connectionStrings;
        Database = Open();
    }

    public string[] ConnectionStrings { get; }

    public PostgresDatabase Database { get; private set; }

    public PostgresEventLog Log => new(Database, new PostgresPartitionCursors(Database));

    public static async Task<Place> NewAsync(int servers)
    {
        if (Free.GetOrAdd(servers, _ => []).TryTake(out var free))
        {
            return new Place(free);
        }

        var server = await PostgresServer.SharedAsync();
        var made = new List<string>();
        for (var number = 0; number < servers; number++)
        {
            made.Add(await server.CreateDatabaseAsync());
        }

        return new Place([.. made]);
    }

    public PostgresDatabase Open(Action<PostgresOptions>? change = null)
    {
        var options = new PostgresOptions { ConnectionStrings = ConnectionStrings, Partitions = Partitions, StartPatience = TimeSpan.Zero };
        change?.Invoke(options);
        return new PostgresDatabase(options, TimeProvider.System);
    }

    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        foreach (var one in ConnectionStrings)
        {
            await RunAsync(one, """
                delete from log; update log_heads set next = 0; delete from partition_owners; delete from dead_letters;
                delete from agents; delete from journal; delete from decisions; delete from effects; delete from outbox; delete from totals; delete from ledger;
                delete from documents; delete from document_history; delete from sandbox; delete from contact_points;
                alter table audit disable trigger audit_is_kept; delete from audit; alter table audit enable trigger audit_is_kept
                """);
        }

        Free[ConnectionStrings.Length].Add(ConnectionStrings);
    }

    public static async Task<object?> RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
