using System.ComponentModel.DataAnnotations;
using Aampe.Agents.Storage.Kafka;

namespace Aampe.Agents.Silo.Options;

/// <summary>The event log on Kafka or Azure Event Hubs; section <c>Log:Kafka</c>, read when <c>Log:Kind</c> is Kafka (docs/kafka.md).</summary>
public sealed class KafkaLogOptions
{
    /// <summary>Brokers to ask first, <c>host:port</c>, several with commas.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>Topic that holds the events and nothing else.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Number of this topic in the life of the deployment.</summary>
    [Range(1, 30_000)]
    public int Epoch { get; set; } = 1;

    /// <summary>Makes a missing topic.</summary>
    public bool CreateTopic { get; set; }

    /// <summary>How brokers are spoken to.</summary>
    [RegularExpression("^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)$", ErrorMessage = "Log:Kafka:SecurityProtocol must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; was '{0}'.")]
    public string SecurityProtocol { get; set; } = "PLAINTEXT";

    /// <summary>PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, with a SASL protocol.</summary>
    public string SaslMechanism { get; set; } = "";

    /// <summary>User of SASL.</summary>
    public string Username { get; set; } = "";

    /// <summary>Password of SASL.</summary>
    public string Password { get; set; } = "";

    /// <summary>File of certificate authorities; empty = the system's.</summary>
    public string CertificateAuthorities { get; set; } = "";

    /// <summary>Connection string of Azure Event Hubs; it sets servers, protocol, login and limits.</summary>
    public string EventHubs { get; set; } = "";

    /// <summary>none, gzip, snappy, lz4 or zstd; empty = lz4, with Event Hubs none.</summary>
    public string Compression { get; set; } = "";

    /// <summary>Largest message in bytes.</summary>
    [Range(16_384, 100_000_000)]
    public int MessageBytes { get; set; } = 1_000_000;

    /// <summary>Seconds that an append or a read waits for the brokers before it fails.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Bytes read ahead of the pumps, all partitions together.</summary>
    [Range(1 << 20, 1 << 30)]
    public int ReadAheadBytes { get; set; } = 32 << 20;

    /// <summary>Goes on although retention removed events that were never applied; they are lost.</summary>
    public bool SkipRemoved { get; set; }

    /// <summary>The settings as the log takes them.</summary>
    internal void To(KafkaOptions options, int partitions)
    {
        options.BootstrapServers = BootstrapServers;
        options.Topic = Topic;
        options.Partitions = partitions;
        options.Epoch = Epoch;
        options.CreateTopic = CreateTopic;
        options.SecurityProtocol = SecurityProtocol;
        options.SaslMechanism = OrNull(SaslMechanism);
        options.Username = OrNull(Username);
        options.Password = OrNull(Password);
        options.CertificateAuthorities = OrNull(CertificateAuthorities);
        options.EventHubs = OrNull(EventHubs);
        options.Compression = OrNull(Compression);
        options.MessageBytes = MessageBytes;
        options.Timeout = TimeSpan.FromSeconds(TimeoutSeconds);
        options.ReadAheadBytes = ReadAheadBytes;
        options.SkipRemoved = SkipRemoved;
    }

    static string? OrNull(string text) => text.Length > 0 ? text : null;
}
