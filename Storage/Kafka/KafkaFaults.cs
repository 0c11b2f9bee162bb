namespace Aampe.Agents.Storage.Kafka;

/// <summary>Says what is wrong with the settings, each with its name, its value (secrets apart) and the fix.</summary>
internal static class KafkaFaults
{
    static readonly string[] protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];
    static readonly string[] mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];
    static readonly string[] compressions = ["none", "gzip", "snappy", "lz4", "zstd"];

    public static List<string> Of(KafkaOptions options)
    {
        var faults = new List<string>();
        Between(faults, "Log:Partitions", options.Partitions, 1, 1024);
        Between(faults, "Log:Kafka:Epoch", options.Epoch, 1, 30_000);
        Between(faults, "Log:Kafka:MessageBytes", options.MessageBytes, 16_384, 100_000_000);
        Between(faults, "Log:Kafka:ReadAheadBytes", options.ReadAheadBytes, 1 << 20, 1 << 30);
        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(5))
        {
            faults.Add($"Log:Kafka:Timeout must be 1 s to 5 min; was {options.Timeout}.");
        }

        if (options.Compression is { } compression && !compressions.Contains(compression))
        {
            faults.Add($"Log:Kafka:Compression must be {string.Join(", ", compressions)}; was '{compression}'.");
        }

        if (options.EventHubs is { } hubs)
        {
            AddHubs(faults, options, hubs);
        }
        else
        {
            AddKafka(faults, options);
        }

        return faults;
    }

    static void AddKafka(List<string> faults, KafkaOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.BootstrapServers))
        {
            faults.Add("Log:Kafka:BootstrapServers is missing: name the brokers as host:port, several with commas, or set Log:Kafka:EventHubs.");
        }

        foreach (var server in options.BootstrapServers.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (server.LastIndexOf(':') is var colon && (colon < 1 || !ushort.TryParse(server.AsSpan(colon + 1), out var port) || port == 0))
            {
                faults.Add($"Log:Kafka:BootstrapServers holds '{server}', which is no host:port, such as kafka-1:9092.");
            }
        }

        AddTopic(faults, options.Topic, "Log:Kafka:Topic");
        if (!protocols.Contains(options.SecurityProtocol))
        {
            faults.Add($"Log:Kafka:SecurityProtocol must be {string.Join(", ", protocols)}; was '{options.SecurityProtocol}'.");
        }

        if (options.SaslMechanism is { } mechanism && !mechanisms.Contains(mechanism))
        {
            faults.Add($"Log:Kafka:SaslMechanism must be {string.Join(", ", mechanisms)}; was '{mechanism}'.");
        }

        var sasl = options.SecurityProtocol.StartsWith("SASL_", StringComparison.Ordinal);
        var login = options.SaslMechanism is not null || options.Username is not null || options.Password is not null;
        if (sasl && (options.SaslMechanism is null || string.IsNullOrEmpty(options.Username) || string.IsNullOrEmpty(options.Password)))
        {
            faults.Add($"Log:Kafka:SecurityProtocol is {options.SecurityProtocol}, which needs Log:Kafka:SaslMechanism, Log:Kafka:Username and Log:Kafka:Password.");
        }
        else if (!sasl && login)
        {
            faults.Add($"Log:Kafka:SaslMechanism, Username and Password are of no use with Log:Kafka:SecurityProtocol {options.SecurityProtocol}; set SASL_SSL, or leave them out.");
        }

        if (options.CertificateAuthorities is { } file && !File.Exists(file))
        {
            faults.Add($"Log:Kafka:CertificateAuthorities names {file}, which does not exist.");
        }
    }

    static void AddHubs(List<string> faults, KafkaOptions options, string text)
    {
        var hubs = EventHubsConnection.Parse(text, faults);
        if (!string.IsNullOrEmpty(options.BootstrapServers) || options.Username is not null || options.Password is not null || options.SaslMechanism is not null)
        {
            faults.Add("Log:Kafka:EventHubs sets BootstrapServers, SaslMechanism, Username and Password itself; leave those out.");
        }

        if (options.Compression is not (null or "none" or "gzip"))
        {
            faults.Add($"Log:Kafka:Compression is '{options.Compression}'; Event Hubs takes none, and gzip in its Premium and Dedicated tiers.");
        }

        if (options.MessageBytes >= EventHubsConnection.MostRequestBytes)
        {
            faults.Add($"Log:Kafka:MessageBytes is {options.MessageBytes}; Event Hubs takes requests below {EventHubsConnection.MostRequestBytes}.");
        }

        if (hubs.EntityPath is { } hub && options.Topic.Length > 0 && options.Topic != hub)
        {
            faults.Add($"Log:Kafka:Topic is '{options.Topic}', but EntityPath in Log:Kafka:EventHubs is '{hub}'. Leave one of them out.");
        }
        else
        {
            AddTopic(faults, hubs.EntityPath ?? options.Topic, "Log:Kafka:Topic (or EntityPath in Log:Kafka:EventHubs)");
        }
    }

    static void AddTopic(List<string> faults, string topic, string name)
    {
        if (topic.Length == 0)
        {
            faults.Add($"{name} is missing: name the topic that holds the events.");
        }
        else if (topic.Length > 249 || topic is "." or ".." || topic.Any(one => !char.IsAsciiLetterOrDigit(one) && one is not ('.' or '_' or '-')))
        {
            faults.Add($"{name} must be up to 249 letters, digits, '.', '_' and '-'; was '{topic}'.");
        }
    }

    static void Between(List<string> faults, string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            faults.Add($"{name} must be {least} to {most}; was {value}.");
        }
    }
}
