using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Sqlite;
using Aampe.Agents.Storage.State;
using Aampe.Agents.Storage.Tests.Contracts;
using Aampe.Agents.Storage.Tests.Sqlite;

namespace Aampe.Agents.Storage.Tests.Ledger;

/// <summary>The ledger keeps the contract of a store, whatever is ahead of its rows.</summary>
public sealed class SqliteLedgerStoreTests : AgentStoreContract, IDisposable
{
    readonly Place place = new();
    readonly List<IPartitionReader> readers = [];
    AgentLedger store = null!;
    long term;

    protected override IAgentStore Store => store;

    protected override long Term => term;

    public override Task InitializeAsync() => OpenAsync();

    public override async Task DisposeAsync()
    {
        store.Dispose();
        await place.DisposeAsync();
    }

    public void Dispose() => store.Dispose();

    protected override Task SettleAsync() => store.CheckpointAsync(default);

    protected override async Task ReopenAsync()
    {
        store.Dispose();
        await place.ReopenAsync();
        await OpenAsync();
    }

    async Task OpenAsync()
    {
        store = new AgentLedger(new SqliteAgentStore(place.Database), new SqliteLedger(place.Database), Partitions, LedgerOptions.Usual, TimeProvider.System);
        var log = new LedgerEventLog(new SqliteEventLog(place.Database, TimeProvider.System), store);
        readers.Clear();
        for (var partition = 0; partition < Partitions; partition++)
        {
            readers.Add(await log.OpenAsync(partition, default));
        }

        term = readers[0].Term;
    }
}

/// <summary>The log under a ledger keeps the contract of a log; cursors move with the checkpoints.</summary>
public sealed class LedgerOverSqliteTests : LedgerContract
{
    readonly Place place = new();

    protected override (IAgentStore Rows, IAgentLedger Ledger, IEventLog Log) Open() =>
        (new SqliteAgentStore(place.Database), new SqliteLedger(place.Database), new SqliteEventLog(place.Database, TimeProvider.System));

    public override async Task DisposeAsync() => await place.DisposeAsync();
}
