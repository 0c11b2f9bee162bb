using Aampe.Agents.Kafka.Broker;
using Aampe.Agents.Storage.Kafka;
using Aampe.Agents.Storage.Sqlite;
using Aampe.Agents.Storage.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aampe.Agents.Storage.Tests.Kafka;

/// <summary>A mock cluster with a topic, and a database beside it for dead letters and cursors.</summary>
public sealed class KafkaPlace : IAsyncDisposable
{
    public const string Topic = "agent-events";

    readonly Action<KafkaOptions>? change;
    readonly Place place = new();

    KafkaPlace(Action<KafkaOptions>? change, int brokers, int partitions)
    {
        this.change = change;
        Cluster = new MockCluster(brokers);
        Cluster.CreateTopic(Topic, partitions, brokers);
        Log = Open();
    }

    public MockCluster Cluster { get; }

    public KafkaEventLog Log { get; private set; }

    public SqliteEventLog Letters => new(place.Database, TimeProvider.System);

    public static KafkaPlace Make(Action<KafkaOptions>? change = null, int brokers = 1, int partitions = 4) => new(change, brokers, partitions);

    public KafkaEventLog Open(Action<KafkaOptions>? more = null)
    {
        var options = new KafkaOptions { BootstrapServers = Cluster.Servers, Topic = Topic, Partitions = 4 };
        change?.Invoke(options);
        more?.Invoke(options);
        return new KafkaEventLog(options, new SqlitePartitionCursors(place.Database), Letters, TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
    }

    public async Task ReopenAsync()
    {
        Log.Dispose();
        await place.ReopenAsync();
        Log = Open();
    }

    public async ValueTask DisposeAsync()
    {
        Log.Dispose();
        Cluster.Dispose();
        await place.DisposeAsync();
    }
}
