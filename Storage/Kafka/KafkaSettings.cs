using System.Globalization;
using Confluent.Kafka;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>The client's own settings, made from checked options.</summary>
internal sealed class KafkaSettings
{
    readonly KafkaOptions options;
    readonly EventHubsConnection? hubs;

    public KafkaSettings(KafkaOptions options)
    {
        options.Check();
        this.options = options with { };
        hubs = options.EventHubs is { } text ? EventHubsConnection.Parse(text, []) : null;
        Topic = hubs?.EntityPath ?? options.Topic;
        Servers = hubs is { } known ? $"{known.Host}:{EventHubsConnection.Port.ToString(CultureInfo.InvariantCulture)}" : options.BootstrapServers;
    }

    public KafkaOptions Options => options;

    public string Topic { get; }

    public string Servers { get; }

    /// <summary>Acknowledged by all in-sync replicas, repeated without doubles, in order; fails when the time is up.</summary>
    public ProducerConfig Producer()
    {
        var producer = Common(new ProducerConfig());
        producer.Acks = Acks.All;
        producer.EnableIdempotence = true;
        producer.LingerMs = 1; // one round of appends that arrive together; the commit of an SQL log costs more
        producer.MessageTimeoutMs = (int)options.Timeout.TotalMilliseconds;
        producer.RequestTimeoutMs = hubs is null ? Math.Min(5_000, (int)options.Timeout.TotalMilliseconds) : 60_000;
        producer.MessageMaxBytes = options.MessageBytes;
        producer.BatchSize = options.MessageBytes;
        producer.QueueBufferingMaxKbytes = 65_536; // what is above is refused at once, so that callers hold no more
        producer.DeliveryReportFields = "none";
        producer.CompressionType = Enum.Parse<CompressionType>(options.Compression ?? (hubs is null ? "lz4" : "none"), ignoreCase: true);
        return producer;
    }

    /// <summary>Reads where it is told to; takes part in no group and commits nothing.</summary>
    public ConsumerConfig Consumer()
    {
        var consumer = Common(new ConsumerConfig());
        consumer.GroupId = "agents"; // asked for by the client; never joined
        consumer.EnableAutoCommit = false;
        consumer.EnableAutoOffsetStore = false;
        consumer.EnablePartitionEof = true;
        consumer.AllowAutoCreateTopics = false;
        consumer.AutoOffsetReset = AutoOffsetReset.Error;
        consumer.QueuedMaxMessagesKbytes = Math.Max(1_024, options.ReadAheadBytes / 4 / 1_024);
        consumer.FetchMaxBytes = Math.Max(options.MessageBytes, options.ReadAheadBytes / 4);
        consumer.MaxPartitionFetchBytes = options.MessageBytes;
        consumer.FetchQueueBackoffMs = 10;
        consumer.FetchErrorBackoffMs = 200;
        consumer.SessionTimeoutMs = 30_000;
        consumer.ConsumeResultFields = "none";
        return consumer;
    }

    public AdminClientConfig Admin() => Common(new AdminClientConfig());

    T Common<T>(T client)
        where T : ClientConfig
    {
        client.BootstrapServers = Servers;
        client.ClientId = "aampe-agents";
        client.SocketKeepaliveEnable = true;
        client.ReconnectBackoffMs = 100;
        client.ReconnectBackoffMaxMs = 1_000;
        client.RetryBackoffMs = 50;
        if (hubs is not null)
        {
            client.SecurityProtocol = SecurityProtocol.SaslSsl;
            client.SaslMechanism = SaslMechanism.Plain;
            client.SaslUsername = "$ConnectionString";
            client.SaslPassword = options.EventHubs;
            client.MetadataMaxAgeMs = 180_000;
        }
        else
        {
            // The client takes these two by the names that Kafka gives them.
            client.Set("security.protocol", options.SecurityProtocol.ToLowerInvariant());
            if (options.SaslMechanism is { } mechanism)
            {
                client.Set("sasl.mechanism", mechanism);
                client.SaslUsername = options.Username;
                client.SaslPassword = options.Password;
            }
        }

        if (options.CertificateAuthorities is { } file)
        {
            client.SslCaLocation = file;
        }

        return client;
    }
}
