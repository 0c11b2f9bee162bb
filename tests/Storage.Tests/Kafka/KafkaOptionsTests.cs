using Aampe.Agents.Storage.Kafka;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Storage.Tests.Kafka;

/// <summary>Settings that fit give the client its settings; others are told with name, value and fix.</summary>
public sealed class KafkaOptionsTests
{
    const string Hub = "Endpoint=sb://agents.servicebus.windows.net/;SharedAccessKeyName=silo;SharedAccessKey=c2VjcmV0a2V5PT0=";

    static KafkaOptions Options => new() { BootstrapServers = "kafka-1:9092,kafka-2:9092", Topic = "agent-events" };

    static Dictionary<string, string> All(IEnumerable<KeyValuePair<string, string>> config) => config.ToDictionary(one => one.Key, one => one.Value);

    [Fact]
    public void Writes_wait_for_all_replicas_and_are_idempotent_and_reads_commit_nothing()
    {
        var settings = new KafkaSettings(Options);
        var producer = All(settings.Producer());
        Assert.Equal(("-1", "True", "lz4", "10000"), (producer["acks"], producer["enable.idempotence"], producer["compression.type"], producer["message.timeout.ms"]));
        Assert.Equal("65536", producer["queue.buffering.max.kbytes"]);
        var consumer = All(settings.Consumer());
        Assert.Equal(("False", "error", "False"), (consumer["enable.auto.commit"], consumer["auto.offset.reset"], consumer["allow.auto.create.topics"]));
        Assert.Equal("8192", consumer["queued.max.messages.kbytes"]);
        Assert.Equal("kafka-1:9092,kafka-2:9092", consumer["bootstrap.servers"]);
    }

    [Fact]
    public void A_login_is_passed_on()
    {
        var config = All(new KafkaSettings(Options with { SecurityProtocol = "SASL_SSL", SaslMechanism = "SCRAM-SHA-512", Username = "silo", Password = "p" }).Admin());
        Assert.Equal(("sasl_ssl", "SCRAM-SHA-512", "silo", "p"), (config["security.protocol"], config["sasl.mechanism"], config["sasl.username"], config["sasl.password"]));
    }

    [Fact]
    public void Event_hubs_are_reached_as_they_want_to_be()
    {
        var settings = new KafkaSettings(new KafkaOptions { EventHubs = Hub + ";EntityPath=events" });
        Assert.Equal("events", settings.Topic);
        var producer = All(settings.Producer());
        Assert.Equal("agents.servicebus.windows.net:9093", producer["bootstrap.servers"]);
        Assert.Equal(("sasl_ssl", "PLAIN", "$ConnectionString"), (producer["security.protocol"], producer["sasl.mechanism"], producer["sasl.username"]));
        Assert.Equal(Hub + ";EntityPath=events", producer["sasl.password"]);
        Assert.Equal(("none", "60000", "180000", "True"), (producer["compression.type"], producer["request.timeout.ms"], producer["metadata.max.age.ms"], producer["socket.keepalive.enable"]));
        Assert.InRange(int.Parse(producer["message.max.bytes"], null), 1, 1_046_527);
        Assert.InRange(int.Parse(producer["batch.size"], null), 1, 1_046_527);
        Assert.Equal("30000", All(settings.Consumer())["session.timeout.ms"]);
        Assert.Equal("gzip", All(new KafkaSettings(new KafkaOptions { EventHubs = Hub, Topic = "t", Compression = "gzip" }).Producer())["compression.type"]);
    }

    [Theory]
    [InlineData("SharedAccessKeyName=silo;SharedAccessKey=x;EntityPath=e", "Log:Kafka:EventHubs has no Endpoint")]
    [InlineData("Endpoint=sb://a.servicebus.windows.net/;SharedAccessKey=x;EntityPath=e", "Log:Kafka:EventHubs has no SharedAccessKeyName")]
    [InlineData("Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=silo;EntityPath=e", "Log:Kafka:EventHubs has no SharedAccessKey:")]
    [InlineData("Endpoint=https://a.servicebus.windows.net/;SharedAccessKeyName=silo;SharedAccessKey=x;EntityPath=e", "must be sb://NAME.servicebus.windows.net/; was 'https://a")]
    [InlineData(Hub, "Log:Kafka:Topic (or EntityPath in Log:Kafka:EventHubs) is missing")]
    public void A_wrong_connection_string_is_told_without_its_key(string text, string told)
    {
        var fault = Assert.Single(new KafkaOptions { EventHubs = text }.Faults());
        Assert.Contains(told, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("c2Vj", fault, StringComparison.Ordinal);
    }

    public static TheoryData<KafkaOptions, string> Wrong => new()
    {
        { Options with { BootstrapServers = " " }, "Log:Kafka:BootstrapServers is missing" },
        { Options with { BootstrapServers = "kafka-1" }, "Log:Kafka:BootstrapServers holds 'kafka-1'" },
        { Options with { Topic = "" }, "Log:Kafka:Topic is missing" },
        { Options with { Topic = "agent events" }, "was 'agent events'" },
        { Options with { Partitions = 0 }, "Log:Partitions must be 1 to 1024; was 0" },
        { Options with { Epoch = 0 }, "Log:Kafka:Epoch must be 1 to 30000; was 0" },
        { Options with { SecurityProtocol = "TLS" }, "Log:Kafka:SecurityProtocol must be PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL; was 'TLS'" },
        { Options with { SecurityProtocol = "SASL_SSL" }, "needs Log:Kafka:SaslMechanism, Log:Kafka:Username and Log:Kafka:Password" },
        { Options with { Username = "silo" }, "of no use with Log:Kafka:SecurityProtocol PLAINTEXT" },
        { Options with { SecurityProtocol = "SASL_SSL", SaslMechanism = "NTLM", Username = "u", Password = "p" }, "Log:Kafka:SaslMechanism must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512; was 'NTLM'" },
        { Options with { CertificateAuthorities = "/nowhere/ca.pem" }, "/nowhere/ca.pem, which does not exist" },
        { Options with { Compression = "brotli" }, "Log:Kafka:Compression must be none, gzip, snappy, lz4, zstd; was 'brotli'" },
        { Options with { MessageBytes = 100 }, "Log:Kafka:MessageBytes must be 16384 to 100000000; was 100" },
        { Options with { ReadAheadBytes = 100 }, "Log:Kafka:ReadAheadBytes must be 1048576 to 1073741824; was 100" },
        { Options with { Timeout = TimeSpan.Zero }, "Log:Kafka:Timeout must be 1 s to 5 min; was 00:00:00" },
        { new() { EventHubs = Hub, Topic = "t", BootstrapServers = "a:1" }, "Log:Kafka:EventHubs sets BootstrapServers" },
        { new() { EventHubs = Hub, Topic = "t", Compression = "lz4" }, "Log:Kafka:Compression is 'lz4'; Event Hubs takes none" },
        { new() { EventHubs = Hub, Topic = "t", MessageBytes = 2_000_000 }, "Event Hubs takes requests below 1046528" },
        { new() { EventHubs = Hub + ";EntityPath=e", Topic = "t" }, "Log:Kafka:Topic is 't', but EntityPath in Log:Kafka:EventHubs is 'e'" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_setting_is_told_with_its_value_and_the_fix(KafkaOptions options, string told)
    {
        Assert.Contains(told, Assert.Single(options.Faults()), StringComparison.Ordinal);
        Assert.Throws<StoreSettingException>(options.Check);
    }

    [Fact]
    public async Task A_container_takes_events_to_kafka_and_keeps_the_rest_in_the_database()
    {
        var directory = Directory.CreateTempSubdirectory("agents-").FullName;
        await using (var services = new ServiceCollection()
            .AddEmbeddedStorage(options => (options.Directory, options.LockPatience) = (directory, TimeSpan.Zero))
            .AddKafkaLog(options => (options.BootstrapServers, options.Topic) = ("127.0.0.1:1", "agent-events")).AddRowCommits().BuildServiceProvider())
        {
            Assert.IsType<KafkaEventLog>(services.GetRequiredService<IEventLog>());
            Assert.IsType<SqliteEventLog>(services.GetRequiredService<IDeadLetters>());
            Assert.Null(services.GetService<ILogRetention>());
        }

        Directory.Delete(directory, recursive: true);
    }
}
