using System.Collections.Concurrent;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Sqlite;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;

namespace Aampe.Agents.Storage.Tests.Sqlite;

public sealed class SqliteDatabaseTests
{
    [Fact]
    public async Task A_directory_has_one_owner_at_a_time()
    {
        await using var place = new Place();
        var refused = Assert.Throws<DirectoryInUseException>(() => place.Open());
        Assert.Contains(place.Path, refused.Message, StringComparison.Ordinal);
        await place.ReopenAsync();
    }

    [Fact]
    public async Task A_changed_number_of_partitions_is_refused_with_both_values()
    {
        await using var place = new Place(partitions: 4);
        await place.Database.DisposeAsync();
        var refused = Assert.Throws<StoreMismatchException>(() => place.Open(options => options.Partitions = 8));
        Assert.Contains("Log:Partitions is 8", refused.Message, StringComparison.Ordinal);
        Assert.Contains("made with 4", refused.Message, StringComparison.Ordinal);
        await place.ReopenAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_025)]
    public void A_number_of_partitions_outside_the_limits_is_refused(int partitions)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteDatabase(new SqliteOptions { Partitions = partitions }));
        Assert.Contains("Log:Partitions", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("proves", "R16")]
    public async Task A_file_of_a_later_release_is_refused()
    {
        await using var place = new Place();
        await place.Database.WriteAsync<int>(1, (transaction, _) => transaction.Use("insert into schema_versions values (999, 'later')").Run(), default);
        await place.Database.DisposeAsync();
        Assert.Contains("999", Assert.Throws<StoreMismatchException>(() => place.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_leaves_one_file_without_a_log_beside_it()
    {
        await using var place = new Place();
        await Commit(place, "default/u:1");
        await place.Database.DisposeAsync();
        Assert.Equal(["agents.db", "agents.lock"], Directory.GetFiles(place.Path).Select(Path.GetFileName).Order());
        await place.ReopenAsync();
        Assert.NotNull(await new SqliteAgentStore(place.Database).ReadAsync("default/u:1", default));
    }

    [Fact]
    public async Task Closing_writes_what_is_queued_and_refuses_what_comes_later()
    {
        await using var place = new Place();
        var queued = Enumerable.Range(0, 500).Select(i => Commit(place, $"default/u:{i}").AsTask()).ToArray();
        await place.Database.DisposeAsync();
        await Task.WhenAll(queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Commit(place, "default/u:late"));
        Assert.Throws<ObjectDisposedException>(() => place.Database.Read(default));
        await place.ReopenAsync();
        Assert.Equal(500, (await new SqliteAgentStore(place.Database).TotalsAsync("default", default)).Agents);
    }

    [Fact]
    public async Task A_full_disk_fails_the_writes_and_the_store_goes_on_when_there_is_room()
    {
        await using var place = new Place();
        await LimitPagesAsync(1);
        var log = new SqliteEventLog(place.Database, TimeProvider.System);
        var letter = new DeadLetter { Id = "dl", Tenant = "t", Source = "s", Reason = "r", Detail = "d", At = default, Trusted = false, Payload = new byte[1 << 20] };
        var full = await Assert.ThrowsAsync<SqliteFailureException>(async () => await log.AddAsync([letter], default));
        Assert.Equal(raw.SQLITE_FULL, full.Code);
        Assert.Null(await log.FindAsync("t", "dl", default));

        await LimitPagesAsync(1_000_000);
        await log.AddAsync([letter], default);
        Assert.NotNull(await log.FindAsync("t", "dl", default));

        ValueTask<int> LimitPagesAsync(int pages) =>
            place.Database.WriteAsync<int>(1, (transaction, _) =>
            {
                transaction.Connection.Script($"pragma max_page_count = {pages}");
                return pages;
            }, default);
    }

    [Fact]
    public async Task A_failed_disk_breaks_the_store_for_good_and_says_so_once()
    {
        var said = new ConcurrentQueue<Exception>();
        await using var place = new Place();
        await place.Database.DisposeAsync();
        await using var database = place.Open(options => options.OnBroken = said.Enqueue);
        var failing = database.WriteAsync<int>(1, (_, _) => throw new SqliteFailureException(raw.SQLITE_IOERR_FSYNC, "disk I/O error", "commit"), default).AsTask();
        var queued = database.WriteAsync<int>(1, (_, _) => 1, default).AsTask();

        await Assert.ThrowsAsync<StoreBrokenException>(() => failing);
        await Assert.ThrowsAsync<StoreBrokenException>(() => queued);
        await Assert.ThrowsAsync<StoreBrokenException>(async () => await database.WriteAsync<int>(1, (_, _) => 1, default));
        Assert.IsType<StoreBrokenException>(Assert.Single(said));
    }

    [Fact]
    [Trait("proves", "R13")]
    public async Task A_caller_waits_when_the_queue_is_full_and_can_be_stopped_there()
    {
        await using var place = new Place();
        using var held = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var blocker = place.Database.WriteAsync<bool>(1, (_, _) => { held.Wait(); return true; }, default).AsTask();
        var fills = Enumerable.Range(0, 3).Select(_ => place.Database.WriteAsync<bool>(40 << 20, (_, _) => true, default).AsTask()).ToArray();
        var waits = place.Database.WriteAsync<bool>(40 << 20, (_, _) => throw new InvalidOperationException("must not run"), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        held.Set();
        await blocker;
        await Task.WhenAll(fills);
    }

    [Fact]
    public async Task Old_events_behind_the_cursor_go_and_offsets_stay()
    {
        await using var place = new Place(partitions: 1);
        var log = new SqliteEventLog(place.Database, TimeProvider.System);
        for (var day = 0; day < 300; day++)
        {
            await log.AppendAsync([Event(day), Event(day)], [], default);
        }

        await using var reader = await log.OpenAsync(0, default);
        Assert.Equal(0, await log.TrimAsync(Instant.Latest, default));
        await reader.CommitAsync(401, default);
        Assert.Equal(2 * 150, await log.TrimAsync(new Instant(150), default));
        Assert.Equal((300L, 300L), await FirstOf(reader, 0));
        Assert.Equal(2 * 50, await log.TrimAsync(Instant.Latest, default));
        Assert.Equal((400L, 400L), await FirstOf(reader, 0));
        await reader.CommitAsync(600, default);
        Assert.Equal(2 * 99, await log.TrimAsync(Instant.Latest, default));
        await place.ReopenAsync();
        Assert.Equal(600, await new SqliteEventLog(place.Database, TimeProvider.System).EndAsync(0, default));
    }

    [Fact]
    public async Task A_damaged_log_row_is_found_out()
    {
        await using var place = new Place(partitions: 1);
        var log = new SqliteEventLog(place.Database, TimeProvider.System);
        await log.AppendAsync([Event(1)], [], default);
        await place.Database.WriteAsync<int>(1, (transaction, _) => transaction.Use("update log set events = cast(x'01' || substr(events, 2, length(events) - 2) || x'00' as blob)").Run(), default);
        await using var reader = await log.OpenAsync(0, default);
        var damaged = await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(0, 10, default));
        Assert.Contains("offset 0", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_row_stays_near_its_bound()
    {
        await using var place = new Place(partitions: 1);
        var log = new SqliteEventLog(place.Database, TimeProvider.System);
        await log.AppendAsync([.. Enumerable.Range(0, 5_000).Select(_ => Event(1) with { Payload = new byte[300] })], [], default);
        using var reader = place.Database.Read(default);
        using var rows = reader.Use("select max(length(events)), sum(count), count(*) from log");
        Assert.True(rows.Step());
        Assert.InRange(rows.Int(0), 60_000, EventPack.RowBytes + 100);
        Assert.Equal(5_000, rows.Int(1));
        Assert.True(rows.Int(2) > 5);
    }

    [Fact]
    public async Task The_sandbox_keeps_each_decision_once_and_lists_the_newest_first()
    {
        await using var place = new Place();
        var sandbox = new SqliteSandbox(place.Database);
        for (var i = 0; i < 9; i++)
        {
            await sandbox.KeepAsync(new SandboxMessage($"dec_{i}", $"default/u:{i % 2}", "push", new Instant(i / 3), "{}"u8.ToArray()), default);
        }

        await sandbox.KeepAsync(new SandboxMessage("dec_3", "default/u:1", "email", new Instant(50), "{}"u8.ToArray()), default);
        await sandbox.KeepAsync(new SandboxMessage("dec_x", "other/u:1", "push", new Instant(50), "{}"u8.ToArray()), default);

        Assert.Equal(["dec_8", "dec_7", "dec_6", "dec_5"], (await sandbox.ListAsync("default", null, null, 4, default)).Select(one => one.DecisionId));
        Assert.Equal(["dec_4", "dec_3", "dec_2"], (await sandbox.ListAsync("default", null, "dec_5", 3, default)).Select(one => one.DecisionId));
        Assert.Equal(["dec_7", "dec_5", "dec_3", "dec_1"], (await sandbox.ListAsync("default", "default/u:1", null, 9, default)).Select(one => one.DecisionId));
        Assert.Equal("push", (await sandbox.ListAsync("default", "default/u:1", null, 9, default))[2].Channel);
        Assert.Empty(await sandbox.ListAsync("other", "default/u:1", null, 9, default));
    }

    [Fact]
    public async Task A_container_shares_one_file_and_closes_it()
    {
        var directory = Directory.CreateTempSubdirectory("agents-").FullName;
        for (var time = 0; time < 2; time++)
        {
            await using var services = new ServiceCollection().AddEmbeddedStorage(options => (options.Directory, options.LockPatience) = (directory, TimeSpan.Zero)).AddRowCommits().BuildServiceProvider();
            Assert.Same(services.GetRequiredService<IEventLog>(), services.GetRequiredService<IDeadLetters>());
            Assert.Same(services.GetRequiredService<IEventLog>(), services.GetRequiredService<ILogRetention>());
            await services.GetRequiredService<IDocumentStore>().WriteAsync("t", "k", "id", time, default, false, default);
            Assert.Empty(await services.GetRequiredService<ISandbox>().ListAsync("t", null, null, 1, default));
            Assert.Null(await services.GetRequiredService<IAgentStore>().ReadAsync("t/u:1", default));
        }

        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(raw.SQLITE_IOERR_FSYNC, true)]
    [InlineData(raw.SQLITE_IOERR_WRITE, true)]
    [InlineData(raw.SQLITE_CORRUPT, true)]
    [InlineData(raw.SQLITE_FULL, false)]
    [InlineData(raw.SQLITE_CONSTRAINT_UNIQUE, false)]
    [InlineData(raw.SQLITE_TOOBIG, false)]
    public void Only_a_failed_disk_or_file_is_fatal(int code, bool fatal) => Assert.Equal(fatal, new SqliteFailureException(code, "", "").IsFatal);

    static ValueTask<long> Commit(Place place, string key) => new SqliteAgentStore(place.Database).CommitAsync(
        new AgentCommit { Key = key, ExpectedVersion = 0, Record = new byte[10], Partition = 0, PanelRank = 0 }, default);

    static LoggedEvent Event(long received) => new()
    {
        Tenant = "default",
        Agent = "u:1",
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = "Order Placed",
        OccurredAt = new Instant(0),
        ReceivedAt = new Instant(received),
        Payload = default,
    };

    static async Task<(long Offset, long Received)> FirstOf(IPartitionReader reader, long from)
    {
        var read = await reader.ReadAsync(from, 1, default);
        return (read[0].Offset, read[0].Event.ReceivedAt.UnixMilliseconds * 2);
    }
}
