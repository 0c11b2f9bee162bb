using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Aampe.Agents.Kafka.Broker;

/// <summary>
/// librdkafka's mock cluster: brokers on ports of this machine that speak Kafka's protocol, without disk, groups' persistence, SASL or
/// CreateTopics. It keeps about 5 MB of a partition.
/// </summary>
public sealed class MockCluster : IDisposable
{
    /// <summary>Numbers of requests, for <see cref="Fail"/>.</summary>
    public const short Produce = 0, Fetch = 1, ListOffsets = 2;

    readonly nint client, cluster;

    public MockCluster(int brokers = 1)
    {
        var text = new byte[512];
        client = Native.rd_kafka_new(0, 0, text, text.Length);
        if (client == 0)
        {
            throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(text).TrimEnd('\0'));
        }

        cluster = Native.rd_kafka_mock_cluster_new(client, brokers);
        if (cluster == 0)
        {
            throw new InvalidOperationException($"No mock cluster of {brokers} brokers could be made.");
        }
        Check(Native.rd_kafka_mock_set_controller_id(cluster, 1));
    }

    /// <summary>Addresses of the brokers, host:port with commas.</summary>
    public string Servers => Marshal.PtrToStringUTF8(Native.rd_kafka_mock_cluster_bootstraps(cluster))!;

    public void CreateTopic(string topic, int partitions, int replicas = 1) => Check(Native.rd_kafka_mock_topic_create(cluster, topic, partitions, replicas));

    /// <summary>Asked for the topic, the brokers answer with an error; 3 = unknown topic.</summary>
    public void FailTopic(string topic, int error) => Native.rd_kafka_mock_topic_set_error(cluster, topic, error);

    /// <summary>Cuts a broker's connections and takes none; from 1.</summary>
    public void Down(int broker) => Check(Native.rd_kafka_mock_broker_set_down(cluster, broker));

    public void Up(int broker) => Check(Native.rd_kafka_mock_broker_set_up(cluster, broker));

    public void SetLeader(string topic, int partition, int broker) => Check(Native.rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker));

    /// <summary>Each answer of a broker takes this long.</summary>
    public void SetRoundTrip(int broker, int milliseconds) => Check(Native.rd_kafka_mock_broker_set_rtt(cluster, broker, milliseconds));

    /// <summary>The next requests of a kind fail, one with each error.</summary>
    public void Fail(short request, params int[] errors) => Native.rd_kafka_mock_push_request_errors_array(cluster, request, (nuint)errors.Length, errors);

    /// <summary>Removes the oldest messages of a partition, as retention does.</summary>
    public void Remove(string topic, int partition, long before) => Check(Native.rd_kafka_mock_partition_delete_records(cluster, topic, partition, before));

    public void Dispose()
    {
        Native.rd_kafka_mock_cluster_destroy(cluster);
        Native.rd_kafka_destroy(client);
    }

    static void Check(int error)
    {
        if (error != 0)
        {
            throw new Win32Exception(error, $"The mock cluster refused: error {error}.");
        }
    }
}
