using Aampe.Agents.Storage.Auditing;
using Aampe.Agents.Storage.Delivery;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Postgres;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;
using Aampe.Agents.Storage.Tests.Contracts;

namespace Aampe.Agents.Storage.Tests.Postgres;

public abstract class PostgresEventLogContract(int servers) : EventLogContract
{
    Place place = null!;

    protected override IEventLog Log => place.Log;

    protected override IDeadLetters Letters => new PostgresDeadLetters(place.Database);

    public override async Task InitializeAsync() => place = await Place.NewAsync(servers);

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override Task ReopenAsync() => place.ReopenAsync();
}

public sealed class PostgresEventLogTests() : PostgresEventLogContract(1);

public sealed class PostgresEventLogOnTwoServersTests() : PostgresEventLogContract(2);

public abstract class PostgresAgentStoreContract(int servers) : RowStoreContract
{
    Place place = null!;

    protected override IAgentStore Store => new PostgresAgentStore(place.Database);

    public override async Task InitializeAsync() => place = await Place.NewAsync(servers);

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override Task ReopenAsync() => place.ReopenAsync();
}

public sealed class PostgresAgentStoreTests() : PostgresAgentStoreContract(1);

public sealed class PostgresAgentStoreOnTwoServersTests() : PostgresAgentStoreContract(2);

public sealed class PostgresDocumentStoreTests : DocumentStoreContract
{
    Place place = null!;

    protected override IDocumentStore Store => new PostgresDocumentStore(place.Database);

    public override async Task InitializeAsync() => place = await Place.NewAsync(1);

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override Task ReopenAsync() => place.ReopenAsync();
}

public sealed class PostgresAuditLogTests : AuditLogContract
{
    Place place = null!;

    protected override IAuditLog Log => new PostgresAuditLog(place.Database);

    protected override IDocumentStore Documents => new PostgresDocumentStore(place.Database);

    public override async Task InitializeAsync() => place = await Place.NewAsync(1);

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override async Task TamperAsync(long number, byte[] note)
    {
        var update = $"update audit set note = '\\x{Convert.ToHexString(note)}' where number = {number}";
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => Place.RunAsync(place.ConnectionStrings[0], update));
        await Place.RunAsync(place.ConnectionStrings[0], $"alter table audit disable trigger audit_is_kept; {update}; alter table audit enable trigger audit_is_kept");
    }
}

public abstract class PostgresLedgerContract(int servers) : LedgerContract
{
    Place place = null!;

    public override async Task InitializeAsync() => place = await Place.NewAsync(servers);

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override (IAgentStore Rows, IAgentLedger Ledger, IEventLog Log) Open() => (new PostgresAgentStore(place.Database), new PostgresLedger(place.Database), place.Log);
}

public sealed class PostgresLedgerTests() : PostgresLedgerContract(1);

public sealed class PostgresLedgerOnTwoServersTests() : PostgresLedgerContract(2);

public sealed class PostgresPersonalLogTests : PersonalLogContract
{
    Place place = null!;

    protected override IEventLog Log => place.Log;

    protected override IPersonalLog People => new PostgresPersonalLog(place.Database);

    public override async Task InitializeAsync() => place = await Place.NewAsync(2);

    public override async Task DisposeAsync() => await place.DisposeAsync();
}

public sealed class PostgresContactPointsTests : ContactPointsContract
{
    Place place = null!;

    protected override IContactPoints Points => new PostgresContactPoints(place.Database);

    public override async Task InitializeAsync() => place = await Place.NewAsync(1);

    public override async Task DisposeAsync() => await place.DisposeAsync();
}
