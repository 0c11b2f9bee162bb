using Aampe.Agents.Core.Time;
using Aampe.Agents.Postgres.Fixture;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Postgres;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Aampe.Agents.Storage.Tests.Postgres;

public sealed class PostgresDatabaseTests : IAsyncLifetime
{
    Place place = null!;

    public async Task InitializeAsync() => place = await Place.NewAsync(1);

    public async Task DisposeAsync() => await place.DisposeAsync();

    static AgentCommit Commit(string key, long expected = 0) => new() { Key = key, ExpectedVersion = expected, Record = new byte[200], Partition = 0, PanelRank = 0 };

    static LoggedEvent Event(string agent, string messageId, long received = 2) => new()
    {
        Tenant = "default",
        Agent = agent,
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = "Order Placed",
        MessageId = messageId,
        OccurredAt = new Instant(1),
        ReceivedAt = new Instant(received),
        Payload = new byte[100],
    };

    static PostgresDatabase Open(string connectionString, Action<PostgresOptions>? change = null)
    {
        var options = new PostgresOptions { ConnectionStrings = [connectionString], Partitions = Place.Partitions, StartPatience = TimeSpan.Zero };
        change?.Invoke(options);
        return new PostgresDatabase(options, TimeProvider.System);
    }

    [Fact]
    public void A_server_that_does_not_answer_is_named_with_the_setting()
    {
        var refused = Assert.Throws<StoreUnavailableException>(() => Open("Host=127.0.0.1;Port=1;Username=agents;Database=agents"));
        Assert.Contains("127.0.0.1:1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Data:Postgres", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_missing_database_and_an_unknown_user_are_named_with_the_fix()
    {
        var server = await PostgresServer.SharedAsync();
        var missing = Assert.Throws<StoreSettingException>(() => Open(server.ConnectionString("never_made")));
        Assert.Contains("never_made", missing.Message, StringComparison.Ordinal);
        Assert.Contains("create database", missing.Message, StringComparison.Ordinal);
        var unknown = Assert.Throws<StoreSettingException>(() => Open(place.ConnectionStrings[0].Replace("Username=agents", "Username=nobody", StringComparison.Ordinal)));
        Assert.Contains("Username", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Hots=db")]
    [InlineData("no pairs at all")]
    public void A_text_that_is_no_connection_string_is_refused_with_an_example(string wrong) =>
        Assert.Contains("Host=db;", Assert.Throws<StoreSettingException>(() => Open(wrong)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_changed_number_of_partitions_is_refused_with_both_values()
    {
        var refused = Assert.Throws<StoreMismatchException>(() => Open(place.ConnectionStrings[0], options => options.Partitions = 8));
        Assert.Contains("Log:Partitions is 8", refused.Message, StringComparison.Ordinal);
        Assert.Contains("made with 4", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_in_another_order_are_refused()
    {
        var two = await Place.NewAsync(2);
        await two.Database.DisposeAsync();
        var refused = Assert.Throws<StoreMismatchException>(() => two.Open(options => options.ConnectionStrings = [.. two.ConnectionStrings.Reverse()]));
        Assert.Contains("server 0 of 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("server 1 of 2", refused.Message, StringComparison.Ordinal);
        await two.ReopenAsync();
        await two.DisposeAsync();
    }

    [Fact]
    [Trait("proves", "R16")]
    public async Task The_schema_of_a_later_release_is_refused_and_one_that_was_spoilt_is_told()
    {
        var server = await PostgresServer.SharedAsync();
        var own = await server.CreateDatabaseAsync();
        await using (var database = Open(own))
        {
            await Place.RunAsync(own, "drop table agents");
            await Assert.ThrowsAsync<StoreMismatchException>(async () => await new PostgresAgentStore(database).ReadAsync("default/u:1", default));
        }

        Assert.Contains("lacks tables of this release: agents.", Assert.Throws<StoreMismatchException>(() => Open(own)).Message, StringComparison.Ordinal);
        await Place.RunAsync(own, "insert into schema_versions (scriptname, applied) values ('9999-later.sql', now())");
        Assert.Contains("9999-later", Assert.Throws<StoreMismatchException>(() => Open(own)).Message, StringComparison.Ordinal);
        await server.DropDatabaseAsync(own);
    }

    [Fact]
    public async Task Silos_that_start_at_once_on_an_empty_database_do_not_collide()
    {
        var server = await PostgresServer.SharedAsync();
        var own = await server.CreateDatabaseAsync();
        var silos = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Open(own), TaskCreationOptions.LongRunning)));
        await Task.WhenAll(silos.Select((silo, i) => new PostgresAgentStore(silo).CommitAsync(Commit($"default/u:{i}"), default).AsTask()));
        Assert.Equal(4, (await new PostgresAgentStore(silos[0]).TotalsAsync("default", default)).Agents);
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }

        await server.DropDatabaseAsync(own);
    }

    [Fact]
    public async Task A_server_that_acknowledges_before_its_disk_does_is_refused() =>
        Assert.Contains("synchronous_commit", Assert.Throws<StoreSettingException>(() => Open(place.ConnectionStrings[0] + ";Options=-c synchronous_commit=off")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Closing_writes_what_is_queued_and_refuses_what_comes_later()
    {
        var store = new PostgresAgentStore(place.Database);
        var queued = Enumerable.Range(0, 500).Select(i => store.CommitAsync(Commit($"default/u:{i}"), default).AsTask()).ToArray();
        await place.Database.DisposeAsync();
        await Task.WhenAll(queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.CommitAsync(Commit("default/u:late"), default));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.ReadAsync("default/u:1", default));
        await place.ReopenAsync();
        Assert.Equal(500, (await new PostgresAgentStore(place.Database).TotalsAsync("default", default)).Agents);
    }

    [Fact]
    [Trait("proves", "R1")]
    public async Task Of_two_silos_that_append_to_the_same_partitions_a_tailing_reader_sees_dense_offsets()
    {
        await using var other = place.Open();
        PostgresEventLog[] logs = [place.Log, new PostgresEventLog(other, new PostgresPartitionCursors(other))];
        var partition = Partitioning.Of("default", "u:1", Place.Partitions);
        const int calls = 100, callers = 8;
        var writing = Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            for (var i = 0; i < calls; i++)
            {
                await logs[caller % 2].AppendAsync([Event("u:1", $"{caller}-{i}"), Event($"u:{i}", $"{caller}-{i} beside")], [], default);
            }
        }));
        await using var reader = await logs[0].OpenAsync(partition, default);
        var seen = new List<StoredEvent>();
        while (seen.Count(one => one.Event.Agent == "u:1" && !one.Event.MessageId!.EndsWith("beside", StringComparison.Ordinal)) < calls * callers)
        {
            await logs[0].WaitAsync(partition, seen.Count, TimeSpan.FromSeconds(30), default);
            seen.AddRange(await reader.ReadAsync(seen.Count, 37, default));
            Assert.Equal(seen.Count - 1, seen[^1].Offset);
            if (seen.Count > 0)
            {
                await reader.CommitAsync(seen.Count, default);
            }
        }

        await writing;
        Assert.Equal(seen.Count, seen.Select(one => one.Event.MessageId).Distinct().Count());
        foreach (var of in seen.Where(one => one.Event.Agent == "u:1" && !one.Event.MessageId!.EndsWith("beside", StringComparison.Ordinal)).GroupBy(one => one.Event.MessageId!.Split('-')[0]))
        {
            Assert.Equal(Enumerable.Range(0, calls).Select(i => $"{of.Key}-{i}"), of.Select(one => one.Event.MessageId));
        }
    }

    [Fact]
    public async Task A_reader_is_woken_by_what_another_silo_appends()
    {
        await using var other = place.Open();
        var waiting = place.Log.WaitAsync(Partitioning.Of("default", "u:1", Place.Partitions), 0, Timeout.InfiniteTimeSpan, default).AsTask();
        await new PostgresEventLog(other, new PostgresPartitionCursors(other)).AppendAsync([Event("u:1", "m")], [], default);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Days_go_once_all_in_them_is_applied_and_old_and_offsets_stay()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var server = await PostgresServer.SharedAsync();
        var own = await server.CreateDatabaseAsync();
        await using (var database = new PostgresDatabase(new PostgresOptions { ConnectionStrings = [own], Partitions = 2 }, clock))
        {
            var log = new PostgresEventLog(database, new PostgresPartitionCursors(database));
            var partition = log.PartitionOf("default", "u:1");
            for (var day = 0; day < 10; day++)
            {
                await log.AppendAsync([Event("u:1", $"{day}a", clock.GetUtcNow().ToUnixTimeMilliseconds()), Event("u:1", $"{day}b", clock.GetUtcNow().ToUnixTimeMilliseconds())], [], default);
                clock.Advance(TimeSpan.FromDays(1));
            }

            var now = new Instant(clock.GetUtcNow().ToUnixTimeMilliseconds());
            await using var reader = await log.OpenAsync(partition, default);
            Assert.Equal(0, await log.TrimAsync(now - TimeSpan.FromDays(2), default));
            await reader.CommitAsync(9, default);

            // Nine are applied: the fifth day has one that is not.
            Assert.Equal(8, await log.TrimAsync(now - TimeSpan.FromDays(2), default));
            Assert.Equal(0, await log.TrimAsync(now - TimeSpan.FromDays(2), default));
            await reader.CommitAsync(20, default);
            Assert.Equal(8, await log.TrimAsync(now - TimeSpan.FromDays(2), default));

            Assert.Equal(["8a", "8b", "9a"], (await reader.ReadAsync(0, 3, default)).Select(one => one.Event.MessageId));
            Assert.Equal((16, 20), ((await reader.ReadAsync(3, 1, default))[0].Offset, await log.EndAsync(partition, default)));
            await log.AppendAsync([Event("u:1", "next")], [], default);
            Assert.Equal(20, Assert.Single(await reader.ReadAsync(20, 5, default)).Offset);
        }

        await server.DropDatabaseAsync(own);
    }

    [Fact]
    public async Task The_container_gets_everything_and_opens_it_once()
    {
        await using var services = new ServiceCollection().AddPostgresStorage(options => (options.ConnectionStrings, options.Partitions) = (place.ConnectionStrings, Place.Partitions)).AddRowCommits().BuildServiceProvider();
        Assert.Same(services.GetRequiredService<IEventLog>(), services.GetRequiredService<ILogRetention>());
        Assert.Empty(await services.GetRequiredService<IDeadLetters>().CountOpenAsync("default", default));
        Assert.Equal(new PartitionTerm(1, 0), await services.GetRequiredService<IPartitionCursors>().TakeAsync(0, default));
        await services.GetRequiredService<IDocumentStore>().WriteAsync("t", "k", "id", 0, default, false, default);
        Assert.Null(await services.GetRequiredService<IAgentStore>().ReadAsync("t/u:1", default));
        var sandbox = services.GetRequiredService<ISandbox>();
        for (var i = 0; i < 3; i++)
        {
            await sandbox.KeepAsync(new SandboxMessage($"dec_{i}", $"t/u:{i % 2}", "push", new Instant(1), "{}"u8.ToArray()), default);
            await sandbox.KeepAsync(new SandboxMessage($"dec_{i}", $"t/u:{i % 2}", "again", new Instant(5), "{}"u8.ToArray()), default);
        }

        Assert.Equal(["dec_2", "dec_1", "dec_0"], (await sandbox.ListAsync("t", null, null, 9, default)).Select(one => one.DecisionId));
        Assert.Equal(["dec_0"], (await sandbox.ListAsync("t", "t/u:0", "dec_2", 9, default)).Select(one => one.DecisionId));
        await Assert.ThrowsAsync<ArgumentException>(async () => await sandbox.ListAsync("t", null, "dec_none", 9, default));
    }
}
