namespace Aampe.Agents.Storage.Kafka;

/// <summary>Settings of the event log on Kafka, <c>Log:Kafka:*</c>; docs/kafka.md tells how to choose them.</summary>
public sealed record KafkaOptions
{
    /// <summary>Brokers to ask first: "host:port", several with commas. Left out with <see cref="EventHubs"/>.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>Topic that holds the events, and nothing else. With <see cref="EventHubs"/> its EntityPath, when that is given.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Partitions of the topic, 1 to 1,024 (<c>Log:Partitions</c>); must be what the topic has.</summary>
    public int Partitions { get; set; } = 16;

    /// <summary>Number of this topic in the life of the deployment, 1 to 30,000: one more for each new topic or after another log.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>Makes the topic when it is missing, with the brokers' own replication and retention.</summary>
    public bool CreateTopic { get; set; }

    /// <summary>PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.</summary>
    public string SecurityProtocol { get; set; } = "PLAINTEXT";

    /// <summary>PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; with a SASL protocol only.</summary>
    public string? SaslMechanism { get; set; }

    /// <summary>User of SASL.</summary>
    public string? Username { get; set; }

    /// <summary>Password of SASL.</summary>
    public string? Password { get; set; }

    /// <summary>File of certificate authorities; null = those of the system.</summary>
    public string? CertificateAuthorities { get; set; }

    /// <summary>Connection string of an Azure Event Hubs namespace or hub; it sets servers, protocol, login and limits.</summary>
    public string? EventHubs { get; set; }

    /// <summary>none, gzip, snappy, lz4 or zstd; null = lz4, with Event Hubs none.</summary>
    public string? Compression { get; set; }

    /// <summary>Largest message and request, 16,384 to 100,000,000 bytes; at most max.message.bytes of the topic. An event is not split.</summary>
    public int MessageBytes { get; set; } = 1_000_000;

    /// <summary>How long an append or a read waits for the brokers before it fails, 1 s to 5 min.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes read ahead of the pumps, all partitions together, 1 MB to 1 GB.</summary>
    public int ReadAheadBytes { get; set; } = 32 << 20;

    /// <summary>Goes on at the oldest event there is when the topic's retention removed some that were never applied. They are lost.</summary>
    public bool SkipRemoved { get; set; }

    /// <summary>What is wrong, one sentence each; empty when all fits.</summary>
    public IReadOnlyList<string> Faults() => KafkaFaults.Of(this);

    /// <summary>Checks all of it.</summary>
    /// <exception cref="StoreSettingException">What is wrong, one line each.</exception>
    public void Check()
    {
        if (Faults() is { Count: > 0 } faults)
        {
            throw new StoreSettingException(string.Join('\n', faults));
        }
    }
}
