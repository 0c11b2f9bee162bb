using Aampe.Agents.Storage.Auditing;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.Sqlite;
using Aampe.Agents.Storage.State;
using Aampe.Agents.Storage.Tests.Contracts;

namespace Aampe.Agents.Storage.Tests.Sqlite;

public sealed class SqliteEventLogTests : EventLogContract
{
    readonly Place place = new();

    protected override IEventLog Log => new SqliteEventLog(place.Database, TimeProvider.System);

    protected override IDeadLetters Letters => new SqliteEventLog(place.Database, TimeProvider.System);

    public override Task InitializeAsync() => Task.CompletedTask;

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override Task ReopenAsync() => place.ReopenAsync();
}

public sealed class SqliteAgentStoreTests : RowStoreContract
{
    readonly Place place = new();

    protected override IAgentStore Store => new SqliteAgentStore(place.Database);

    public override Task InitializeAsync() => Task.CompletedTask;

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override Task ReopenAsync() => place.ReopenAsync();
}

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    readonly Place place = new();

    protected override IDocumentStore Store => new SqliteDocumentStore(place.Database);

    public override Task InitializeAsync() => Task.CompletedTask;

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override Task ReopenAsync() => place.ReopenAsync();
}

public sealed class SqlitePersonalLogTests : PersonalLogContract
{
    readonly Place place = new();

    protected override IEventLog Log => new SqliteEventLog(place.Database, TimeProvider.System);

    protected override IPersonalLog People => new SqlitePersonalLog(place.Database);

    public override async Task DisposeAsync() => await place.DisposeAsync();
}

public sealed class SqliteAuditLogTests : AuditLogContract
{
    readonly Place place = new();

    protected override IAuditLog Log => new SqliteAuditLog(place.Database);

    protected override IDocumentStore Documents => new SqliteDocumentStore(place.Database);

    public override Task InitializeAsync() => Task.CompletedTask;

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override async Task TamperAsync(long number, byte[] note)
    {
        var file = Directory.GetFiles(place.Path, "*.db").Single();
        await place.Database.DisposeAsync();
        using (var connection = new Connection(file, create: false))
        {
            var update = $"update audit set note = x'{Convert.ToHexString(note)}' where number = {number}";
            Assert.Contains("only ever added to", Assert.ThrowsAny<Exception>(() => connection.Script(update)).Message, StringComparison.Ordinal);
            connection.Script($"drop trigger audit_is_not_changed; {update}");
        }

        await place.ReopenAsync();
    }
}

public sealed class SqliteContactPointsTests : ContactPointsContract
{
    readonly Place place = new();

    protected override IContactPoints Points => new SqliteContactPoints(place.Database);

    public override Task InitializeAsync() => Task.CompletedTask;

    public override async Task DisposeAsync() => await place.DisposeAsync();
}
