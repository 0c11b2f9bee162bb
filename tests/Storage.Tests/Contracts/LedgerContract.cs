using System.Globalization;
using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>What a ledger must do when owners come, go and die at any moment.</summary>
public abstract class LedgerContract : IAsyncLifetime
{
    const int Partitions = 4;
    const string Key = "default/u:1";
    static readonly int mine = Partitioning.OfKey(Key, Partitions);

    protected abstract (IAgentStore Rows, IAgentLedger Ledger, IEventLog Log) Open();

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public abstract Task DisposeAsync();

    [Fact]
    [Trait("proves", "R1")]
    public async Task A_step_with_an_outside_effect_outlives_its_owner_and_a_derived_one_is_told_again()
    {
        await using (var owner = await OwnerAsync())
        {
            await owner.Store.CommitAsync(owner.Step(Key, 0, "derived", derived: true), default);
            await owner.Store.CommitAsync(owner.Step(Key, 1, "durable"), default);
            await owner.Store.CommitAsync(owner.Step(Key, 2, "lost", derived: true), default);
            owner.Die();
        }

        await using var next = await OwnerAsync();
        var found = (await next.Store.ReadAsync(Key, default))!;
        Assert.Equal((2L, "durable"), (found.Version, Encoding.UTF8.GetString(found.Record.Span)));
        Assert.Equal("[\"derived\",\"durable\"]", await JournalAsync(next.Store));
    }

    [Fact]
    [Trait("proves", "R1")]
    public async Task The_cursor_waits_for_the_rows()
    {
        await using var owner = await OwnerAsync();
        await owner.Log.AppendAsync([Event(), Event(), Event()], [], default);
        Assert.Equal(3, (await owner.Reader.ReadAsync(0, 10, default)).Count);
        await owner.Store.CommitAsync(owner.Step(Key, 0, "all three", derived: true), default);
        await owner.Reader.CommitAsync(3, default);
        owner.Die();

        // The next owner is told to read again from the start, and this time the rows are written.
        await using var next = await OwnerAsync();
        Assert.Equal(0, next.Reader.Committed);
        await next.Store.CommitAsync(next.Step(Key, 0, "all three", derived: true), default);
        await next.Reader.CommitAsync(3, default);
        await next.Store.CheckpointAsync(default);
        next.Die();
        await using var last = await OwnerAsync();
        Assert.Equal(3, last.Reader.Committed);
        Assert.Equal("all three", Encoding.UTF8.GetString((await last.Store.ReadAsync(Key, default))!.Record.Span));
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task An_owner_that_lost_its_partition_writes_nothing_more()
    {
        await using var first = await OwnerAsync();
        await first.Store.CommitAsync(first.Step(Key, 0, "first"), default);
        await first.Store.CommitAsync(first.Step(Key, 1, "held", derived: true), default);
        await using var second = await OwnerAsync();
        await second.Store.CommitAsync(second.Step(Key, 1, "second"), default);

        await Assert.ThrowsAsync<PartitionLostException>(async () => await first.Store.CommitAsync(first.Step(Key, 2, "too late"), default));
        await Assert.ThrowsAsync<PartitionLostException>(async () => await first.Reader.ReadAsync(0, 1, default));
        await first.Store.CheckpointAsync(default);
        await second.Store.CheckpointAsync(default);
        Assert.Equal("second", Encoding.UTF8.GetString((await second.Rows.ReadAsync(Key, default))!.Record.Span));
        Assert.Equal("[\"first\",\"second\"]", await JournalAsync(second.Store));
    }

    [Fact]
    public async Task A_step_read_under_an_earlier_term_is_refused()
    {
        await using var owner = await OwnerAsync();
        var step = owner.Step(Key, 0, "a") with { Term = owner.Term - 1 };
        await Assert.ThrowsAsync<PartitionLostException>(async () => await owner.Store.CommitAsync(step, default));
        Assert.Null(await owner.Store.ReadAsync(Key, default));
    }

    [Fact]
    public async Task A_checkpoint_that_fails_lets_the_partition_go_and_loses_nothing()
    {
        var failing = new FailingLedger();
        await using var owner = await OwnerAsync(failing);
        await owner.Store.CommitAsync(owner.Step(Key, 0, "durable"), default);
        failing.Checkpoints = true;
        await Assert.ThrowsAsync<IOException>(() => owner.Store.CheckpointAsync(default));
        await Assert.ThrowsAnyAsync<Exception>(async () => await owner.Store.CommitAsync(owner.Step(Key, 1, "refused"), default));

        failing.Checkpoints = false;
        await using var next = await OwnerAsync();
        Assert.Equal("durable", Encoding.UTF8.GetString((await next.Store.ReadAsync(Key, default))!.Record.Span));
    }

    [Fact]
    public async Task A_step_that_could_not_be_written_is_an_error_and_not_in_the_state()
    {
        var failing = new FailingLedger();
        await using var owner = await OwnerAsync(failing);
        await owner.Store.CommitAsync(owner.Step(Key, 0, "good"), default);
        failing.Appends = true;
        await Assert.ThrowsAsync<IOException>(async () => await owner.Store.CommitAsync(owner.Step(Key, 1, "bad"), default));

        failing.Appends = false;
        await using var next = await OwnerAsync();
        Assert.Equal("good", Encoding.UTF8.GetString((await next.Store.ReadAsync(Key, default))!.Record.Span));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("proves", "R21")]
    public async Task Whatever_happens_when_acknowledged_steps_stay_in_order_and_whole(int seed)
    {
        // Each agent's record is the number of its steps so far and its journal tells each of them: a lost or doubled step shows in both.
        var random = new Random(seed);
        string[] keys = [.. Enumerable.Range(0, 12).Select(i => $"default/u:{i}")];
        var acknowledged = keys.ToDictionary(key => key, _ => 0);
        var owner = await OwnerAsync();
        var current = keys.ToDictionary(key => key, _ => 0);
        for (var i = 0; i < 300; i++)
        {
            var key = keys[random.Next(keys.Length)];
            switch (random.Next(10))
            {
                case < 4:
                    await owner.Store.CommitAsync(owner.Step(key, current[key], $"{++current[key]}", derived: true), default);
                    break;
                case < 8:
                    await owner.Store.CommitAsync(owner.Step(key, current[key], $"{++current[key]}"), default);
                    acknowledged[key] = current[key];
                    break;
                case 8:
                    await owner.Store.CheckpointAsync(default);
                    current.ToList().ForEach(pair => acknowledged[pair.Key] = pair.Value);
                    break;
                default:
                    owner.Die();
                    await owner.DisposeAsync();
                    owner = await OwnerAsync();
                    foreach (var one in keys)
                    {
                        current[one] = await StepsAsync(owner.Store, one);
                        Assert.Equal(acknowledged[one], current[one]);
                    }

                    break;
            }
        }

        foreach (var key in keys)
        {
            Assert.Equal(current[key], await StepsAsync(owner.Store, key));
            Assert.Equal(current[key] == 0 ? "[]" : $"[{string.Join(',', Enumerable.Range(1, current[key]).Select(step => $"\"{step}\""))}]", await JournalAsync(owner.Store, key));
        }

        await owner.DisposeAsync();
    }

    static async Task<int> StepsAsync(AgentLedger store, string key) =>
        await store.ReadAsync(key, default) is { } found ? int.Parse(Encoding.UTF8.GetString(found.Record.Span), CultureInfo.InvariantCulture) : 0;

    static async Task<string> JournalAsync(AgentLedger store, string key = Key)
    {
        var rows = await store.JournalAsync(key, long.MaxValue, 1_000, default);
        return $"[{string.Join(',', rows.Reverse().SelectMany(row => AgentJournal.Read(row.Entries)).Select(entry => entry!.ToJsonString()))}]";
    }

    static LoggedEvent Event() => new()
    {
        Tenant = "default",
        Agent = "u:1",
        Source = "test",
        Trusted = true,
        Kind = EventKind.Track,
        Name = "Order",
        OccurredAt = new Instant(1),
        ReceivedAt = new Instant(1),
        Payload = "{}"u8.ToArray(),
    };

    [Fact]
    public async Task The_panel_tells_what_is_ahead_of_rows_and_what_was_written_since_it_was_asked_for_last()
    {
        await using var owner = await OwnerAsync();
        var (first, second) = (new AgentState { Tenant = "default", Agent = "u:1", Incarnation = "1" }, new AgentState { Tenant = "default", Agent = "u:1", Incarnation = "1", Ordinal = 2 });
        AgentCommit Of(long expected, AgentState state) => owner.Step(Key, expected, "") with { Record = new AgentImage(state), Derived = true };
        Task<IReadOnlyList<PanelPlace>> PanelAsync(int size = 10) => owner.Store.PanelPlacesAsync("default", size, default).AsTask();

        await owner.Store.CommitAsync(Of(0, first), default);
        await owner.Store.CommitAsync(owner.Step("other/u:1", 0, "another tenant"), default);
        Assert.Equal([new PanelPlace(Key, 0, 1, first)], await PanelAsync());
        Assert.Null(await owner.Rows.ReadAsync(Key, default));

        await owner.Store.CommitAsync(Of(1, second), default);
        await owner.Store.CheckpointAsync(default);
        Assert.Equal([new PanelPlace(Key, 0, 2, second)], await PanelAsync());
        // Whoever asked has it now.
        Assert.Equal([new PanelPlace(Key, 0, 2, null)], await PanelAsync());

        // Before the one with a row, and with room for one alone.
        const string early = "default/u:2";
        await owner.Store.CommitAsync(owner.Step(early, 0, "early") with { PanelRank = -1 }, default);
        Assert.Equal([early], (await PanelAsync(1)).Select(place => place.Key));
        Assert.Equal([early, Key], (await PanelAsync()).Select(place => place.Key));
    }

    [Fact]
    [Trait("proves", "R8")]
    public async Task The_panel_forgets_who_was_erased()
    {
        await using var owner = await OwnerAsync();
        await owner.Store.PanelPlacesAsync("default", 10, default);
        await owner.Store.CommitAsync(owner.Step(Key, 0, "") with { Record = new AgentImage(new AgentState { Tenant = "default", Agent = "u:1", Incarnation = "1" }) }, default);
        await owner.Store.EraseAsync(new AgentErasure(Key, mine, owner.Term, []), default);
        Assert.Empty(await owner.Store.PanelPlacesAsync("default", 10, default));
    }

    async Task<Owner> OwnerAsync(FailingLedger? failing = null)
    {
        var (rows, ledger, log) = Open();
        var owner = new Owner(rows, failing is null ? ledger : failing.Over(ledger), log);
        await owner.TakeAsync();
        return owner;
    }

    sealed class Owner(IAgentStore rows, IAgentLedger ledger, IEventLog log) : IAsyncDisposable
    {
        readonly List<IPartitionReader> readers = [];
        bool dead;

        public AgentLedger Store { get; private set; } = null!;

        public IAgentStore Rows => rows;

        public LedgerEventLog Log { get; private set; } = null!;

        public IPartitionReader Reader => readers[mine];

        public long Term => Reader.Term;

        public async Task TakeAsync()
        {
            Store = new AgentLedger(rows, ledger, Partitions, LedgerOptions.Usual, TimeProvider.System);
            Log = new LedgerEventLog(log, Store);
            for (var partition = 0; partition < Partitions; partition++)
            {
                readers.Add(await Log.OpenAsync(partition, default));
            }
        }

        public AgentCommit Step(string key, long expected, string record, bool derived = false)
        {
            var partition = Partitioning.OfKey(key, Partitions);
            return new AgentCommit
            {
                Key = key,
                Partition = partition,
                Term = readers[partition].Term,
                ExpectedVersion = expected,
                Record = Encoding.UTF8.GetBytes(record),
                Derived = derived,
                PanelRank = 0,
                Journal = Encoding.UTF8.GetBytes($"[\"{record}\"]"),
                JournalEntries = 1,
            };
        }

        /// <summary>Stops as a killed process does: nothing is written on the way out.</summary>
        public void Die()
        {
            dead = true;
            Store.Dispose();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var reader in readers.Where(_ => !dead))
            {
                await reader.DisposeAsync();
            }

            Store.Dispose();
        }
    }

    sealed class FailingLedger : IAgentLedger
    {
        IAgentLedger real = null!;

        public bool Appends { get; set; }

        public bool Checkpoints { get; set; }

        public FailingLedger Over(IAgentLedger ledger)
        {
            real = ledger;
            return this;
        }

        public ValueTask AppendAsync(Tenure tenure, LedgerRow row, CancellationToken stop) =>
            Appends ? throw new IOException("No append.") : real.AppendAsync(tenure, row, stop);

        public ValueTask<IReadOnlyList<LedgerRow>> TailAsync(int partition, CancellationToken stop) => real.TailAsync(partition, stop);

        public ValueTask CheckpointAsync(Tenure tenure, IReadOnlyList<AgentCommit> commits, long? cursor, long? through, CancellationToken stop) =>
            Checkpoints ? throw new IOException("No checkpoint.") : real.CheckpointAsync(tenure, commits, cursor, through, stop);

        public ValueTask<ErasedRows> EraseAsync(Tenure tenure, AgentErasure erasure, CancellationToken stop) => real.EraseAsync(tenure, erasure, stop);
    }
}
