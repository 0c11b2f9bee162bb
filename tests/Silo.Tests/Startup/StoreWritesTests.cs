using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Silo.Startup;
using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Documents;
using Microsoft.Extensions.Time.Testing;

namespace Aampe.Agents.Silo.Tests.Startup;

/// <summary>What readiness says of a store that takes no writes.</summary>
public sealed class StoreWritesTests : IDisposable
{
    readonly FakeTimeProvider time = new();
    readonly Documents documents = new();
    readonly StoreWrites writes;

    public StoreWritesTests() => writes = new(documents, time);

    [Fact]
    [Trait("proves", "R20")]
    public async Task A_full_disk_is_told_until_a_write_works_again()
    {
        documents.Fault = new StoreUnavailableException("disk full at db:5432", TimeSpan.FromSeconds(10)) { NoRoom = true };
        Assert.Equal("the store has no room on its disk and takes no writes", await writes.RefusalAsync(default));

        // A server without room may fail otherwise too.
        time.Advance(TimeSpan.FromSeconds(6));
        documents.Fault = new StoreUnavailableException("could not write init file", TimeSpan.FromSeconds(1));
        Assert.Equal("the store has no room on its disk and takes no writes", await writes.RefusalAsync(default));

        time.Advance(TimeSpan.FromSeconds(6));
        documents.Fault = null;
        Assert.Null(await writes.RefusalAsync(default));
        documents.Fault = new StoreUnavailableException("gone", TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("the store takes no writes", await writes.RefusalAsync(default));
    }

    [Fact]
    [Trait("proves", "R20")]
    public async Task Events_that_were_or_were_not_stored_count_and_no_write_is_made_as_long_as_they_are_news()
    {
        writes.Worked();
        Assert.Null(await writes.RefusalAsync(default));
        writes.Failed(new StoreUnavailableException("no", TimeSpan.FromSeconds(1)));
        Assert.NotNull(await writes.RefusalAsync(default));
        Assert.Equal(0, documents.Writes);

        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await writes.RefusalAsync(default));
        Assert.Equal(1, documents.Writes);
    }

    public void Dispose() => writes.Dispose();

    sealed class Documents : IDocumentStore
    {
        public Exception? Fault { get; set; }

        public int Writes { get; private set; }

        public ValueTask<long> WriteAsync(string tenant, string kind, string id, long? expectedVersion, ReadOnlyMemory<byte> content, bool keepHistory, AuditNote? note, CancellationToken stop)
        {
            Writes++;
            return Fault is null ? ValueTask.FromResult<long>(Writes) : ValueTask.FromException<long>(Fault);
        }

        public ValueTask<StoredDocument?> ReadAsync(string tenant, string kind, string id, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<StoredDocument?> ReadVersionAsync(string tenant, string kind, string id, long version, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask DeleteAsync(string tenant, string kind, string id, AuditNote? note, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<StoredDocument>> ListAsync(string tenant, string kind, CancellationToken stop) => throw new NotSupportedException();
    }
}
