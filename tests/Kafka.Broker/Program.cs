using System.Globalization;
using Aampe.Agents.Kafka.Broker;
using Confluent.Kafka;

// Runs a mock cluster until its input ends, for tests of several processes.
//   kafka-broker [--brokers N] TOPIC:PARTITIONS …
// The first line of output is its address. Lines of input: "down B", "up B", "leader TOPIC PARTITION B", "rtt B MS", "fail REQUEST ERROR COUNT",
// "oldest TOPIC PARTITIONS". Each is answered with a line: "done", or the number asked for.
var brokers = args is ["--brokers", var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
using var cluster = new MockCluster(brokers);
foreach (var topic in args.Where(one => one.Contains(':', StringComparison.Ordinal)))
{
    var parts = topic.Split(':');
    cluster.CreateTopic(parts[0], Number(parts[1]), Math.Min(brokers, 3));
}

Console.WriteLine(cluster.Servers);
while (Console.ReadLine() is { } line)
{
    switch (line.Split(' '))
    {
        case ["down", var broker]:
            cluster.Down(Number(broker));
            break;
        case ["up", var broker]:
            cluster.Up(Number(broker));
            break;
        case ["leader", var topic, var partition, var broker]:
            cluster.SetLeader(topic, Number(partition), Number(broker));
            break;
        case ["rtt", var broker, var milliseconds]:
            cluster.SetRoundTrip(Number(broker), Number(milliseconds));
            break;
        case ["fail", var request, var error, var count]:
            cluster.Fail((short)Number(request), [.. Enumerable.Repeat(Number(error), Number(count))]);
            break;
        case ["oldest", var topic, var partitions]:
            Console.WriteLine(Oldest(topic, Number(partitions)));
            continue;
        default:
            Console.Error.WriteLine($"unknown: {line}");
            continue;
    }

    Console.WriteLine("done");
}

// The largest number of messages that any partition has lost at its beginning.
long Oldest(string topic, int partitions)
{
    using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = cluster.Servers, GroupId = "oldest" }).Build();
    return Enumerable.Range(0, partitions).Max(partition => consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), TimeSpan.FromSeconds(30)).Low.Value);
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
