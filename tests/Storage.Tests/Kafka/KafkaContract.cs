using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Tests.Contracts;

namespace Aampe.Agents.Storage.Tests.Kafka;

public sealed class KafkaEventLogTests : EventLogContract
{
    // The suite appends an event of 2 MB.
    readonly KafkaPlace place = KafkaPlace.Make(options => options.MessageBytes = 4_000_000);

    protected override IEventLog Log => place.Log;

    protected override IDeadLetters Letters => place.Letters;

    protected override bool Dense => false;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override async Task DisposeAsync() => await place.DisposeAsync();

    protected override Task ReopenAsync() => place.ReopenAsync();
}
