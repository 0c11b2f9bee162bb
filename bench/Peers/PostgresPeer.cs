using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Aampe.Agents.Bench.Peers;

/// <summary>
/// What a user would build on PostgreSQL: counters of each user and event name, message ids seen, a row with the last decision, an outbox; once
/// an event at a time (read, change, write), once 1,000 at a time by sets. And the floor: a binary COPY of one row for each event.
/// </summary>
static class PostgresPeer
{
    const string Binaries = "/usr/lib/postgresql/15/bin/";
    const int Users = 100_000, Batch = 1_000, CopyRows = 10_000;

    static readonly string[] names = ["App Opened", "Product Viewed", "Order Placed", "Push Opened"];

    /// <summary>Runs the rows; false when PostgreSQL 15 is not installed.</summary>
    public static async Task<bool> RunAsync(Report report)
    {
        if (!File.Exists(Binaries + "postgres"))
        {
            return false;
        }

        var (directory, port) = (Directory.CreateTempSubdirectory("peer-postgres-").FullName, PeerServer.FreePort());
        string[] user = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["env"];
        if (Environment.IsPrivilegedProcess)
        {
            PeerServer.Run("chown", "postgres:postgres", directory);
        }

        var data = Path.Combine(directory, "data");
        PeerServer.Run(user[0], [.. user[1..], Binaries + "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"]);
        await using var server = await PeerServer.StartAsync(
            directory, port, 2, user[0],
            [.. user[1..], Binaries + "postgres", "-D", data, "-p", $"{port}", "-k", directory, "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=512MB", "-c", "max_wal_size=2GB"]);
        await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={port};Username=bench;Database=postgres;Max Auto Prepare=20;Auto Prepare Min Usages=1");
        await using var connection = await OpenAsync(source);
        await RunAsync(report, connection, new ServerCpu(server.Id));
        return true;
    }

    static async Task RunAsync(Report report, NpgsqlConnection connection, ServerCpu cpu)
    {
        await ExecuteAsync(connection, """
            create table log (id bigint, usr text, name text, at bigint, payload bytea);
            create table profiles (usr text primary key, counts jsonb not null, seen bigint not null);
            create table ids (id bigint primary key);
            create table counters (usr text, name text, n bigint not null, seen bigint not null, primary key (usr, name));
            create table decisions (usr text primary key, decision bigint not null, message text not null);
            create table outbox (decision bigint primary key, usr text not null, message text not null)
            """);
        var (random, turn, payload) = (new Random(1), 0L, new byte[200]);
        await PeerRun.MeasureAsync(report, "floor: PostgreSQL, binary COPY, a row an event", "event", cpu, CopyAsync);
        await PeerRun.MeasureAsync(report, "PostgreSQL, read, change and write an event at a time", "event", cpu, OneAsync);
        await PeerRun.MeasureAsync(report, "PostgreSQL, 1,000 events at a time, each another user", "event", cpu, EventsAsync);
        await PeerRun.MeasureAsync(report, "PostgreSQL, 1,000 ticked decisions at a time", "decision", cpu, DecisionsAsync);

        async Task<int> CopyAsync()
        {
            await using var copy = await connection.BeginBinaryImportAsync("copy log from stdin (format binary)");
            for (var i = 0; i < CopyRows; i++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(++turn, NpgsqlDbType.Bigint);
                await copy.WriteAsync(User(), NpgsqlDbType.Text);
                await copy.WriteAsync(names[i % names.Length], NpgsqlDbType.Text);
                await copy.WriteAsync(turn, NpgsqlDbType.Bigint);
                await copy.WriteAsync(payload, NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
            return CopyRows;
        }

        async Task<int> OneAsync()
        {
            var (user, name) = (User(), names[++turn % names.Length]);
            await using var transaction = await connection.BeginTransactionAsync();
            await using var read = new NpgsqlCommand("select counts->>$2 from profiles where usr = $1 for update", connection) { Parameters = { Text(user), Text(name) } };
            var count = await read.ExecuteScalarAsync() is string known ? long.Parse(known, CultureInfo.InvariantCulture) + 1 : 1;
            await using var write = new NpgsqlCommand("""
                insert into profiles values ($1, jsonb_build_object($2::text, $3::bigint), $4)
                on conflict (usr) do update set counts = profiles.counts || excluded.counts, seen = excluded.seen
                """, connection)
            {
                Parameters = { Text(user), Text(name), Number(count), Number(turn) },
            };
            await write.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            return 1;
        }

        async Task<int> EventsAsync()
        {
            await using var command = new NpgsqlCommand("""
                with sent as (select * from unnest($1::bigint[], $2::text[], $3::text[]) as sent (id, usr, name)),
                fresh as (insert into ids select id from sent on conflict do nothing returning id)
                insert into counters select usr, name, count(*), max(id) from sent join fresh using (id) group by usr, name order by usr, name
                on conflict (usr, name) do update set n = counters.n + excluded.n, seen = greatest(counters.seen, excluded.seen)
                """, connection)
            {
                Parameters = { Numbers(Ids()), Texts(SomeUsers()), Texts([.. Enumerable.Range(0, Batch).Select(i => names[i % names.Length])]) },
            };
            await command.ExecuteNonQueryAsync();
            return Batch;
        }

        async Task<int> DecisionsAsync()
        {
            var users = SomeUsers().Distinct().ToArray();
            await using var read = new NpgsqlCommand("select usr, name, n, seen from counters where usr = any($1::text[])", connection) { Parameters = { Texts(users) } };
            await using (var rows = await read.ExecuteReaderAsync())
            {
                while (await rows.ReadAsync())
                {
                    rows.GetInt64(2);
                }
            }

            await using var write = new NpgsqlCommand("""
                with made as (select * from unnest($1::bigint[], $2::text[]) as made (decision, usr)),
                kept as (insert into decisions select usr, decision, 'weekend-offer' from made order by usr
                    on conflict (usr) do update set decision = excluded.decision, message = excluded.message)
                insert into outbox select decision, usr, 'weekend-offer' from made
                """, connection)
            {
                Parameters = { Numbers(Ids()[..users.Length]), Texts(users) },
            };
            await write.ExecuteNonQueryAsync();
            return users.Length;
        }

        string User() => random.Next(Users).ToString(CultureInfo.InvariantCulture);

        string[] SomeUsers() => [.. Enumerable.Range(0, Batch).Select(_ => User())];

        long[] Ids() => [.. Enumerable.Range(0, Batch).Select(_ => ++turn)];
    }

    // The port answers before the database does.
    static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await source.OpenConnectionAsync();
            }
            catch (NpgsqlException) when (attempt < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };

    static NpgsqlParameter<string[]> Texts(string[] values) => new() { TypedValue = values };

    static NpgsqlParameter<long[]> Numbers(long[] values) => new() { TypedValue = values };
}
