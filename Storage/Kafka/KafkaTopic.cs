using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>What the brokers say about the topic.</summary>
internal sealed class KafkaTopic(KafkaSettings settings, KafkaFailure failure) : IDisposable
{
    const int Attempts = 5;

    readonly Lock gate = new();
    readonly IAdminClient admin = new AdminClientBuilder(settings.Admin()).SetErrorHandler((_, error) => failure.Note(error)).SetLogHandler((_, _) => { }).Build();
    Task? check;

    public string Name => settings.Topic;

    /// <summary>The command that makes the topic.</summary>
    public static string Command(KafkaSettings settings) => string.Create(
        CultureInfo.InvariantCulture,
        $"kafka-topics.sh --bootstrap-server {settings.Servers} --create --topic {settings.Topic} --partitions {settings.Options.Partitions} --replication-factor 3 --config min.insync.replicas=2");

    /// <summary>Makes sure, once, that the topic is there with the partitions that are set.</summary>
    /// <exception cref="StoreUnavailableException">The brokers do not answer, or refuse.</exception>
    /// <exception cref="StoreMismatchException">It is missing, or has other partitions.</exception>
    public async ValueTask ReadyAsync(CancellationToken stop)
    {
        Task current;
        lock (gate)
        {
            // All who come meanwhile wait for the same answer; after a bad one the next caller asks again.
            current = check = check is { IsCompleted: false } or { IsCompletedSuccessfully: true } ? check : CheckAsync();
        }

        await current.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>First offset that is kept, and one past the newest, as Kafka counts: in messages.</summary>
    public async ValueTask<(long Low, long High)> RangeAsync(int partition, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await EndsAsync(new TopicPartition(Name, partition), stop).ConfigureAwait(false);
            }
            catch (ListOffsetsException why) when (attempt < Attempts && Of(why).Code is not ErrorCode.TopicAuthorizationFailed)
            {
                // An admin client goes on asking the leader it knew, however often that one says that it leads no more.
                await Task.Run(() => admin.GetMetadata(Name, settings.Options.Timeout), stop).ConfigureAwait(false);
                await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), stop).ConfigureAwait(false);
            }
            catch (ListOffsetsException why)
            {
                throw failure.Of($"Asking for the ends of partition {partition}", Of(why), why);
            }
            catch (KafkaException why)
            {
                throw failure.Of($"Asking for the ends of partition {partition}", why.Error, why);
            }
        }
    }

    public void Dispose() => admin.Dispose();

    async Task<(long Low, long High)> EndsAsync(TopicPartition place, CancellationToken stop)
    {
        var options = new ListOffsetsOptions { RequestTimeout = settings.Options.Timeout };
        var low = admin.ListOffsetsAsync([new() { TopicPartition = place, OffsetSpec = OffsetSpec.Earliest() }], options);
        var high = admin.ListOffsetsAsync([new() { TopicPartition = place, OffsetSpec = OffsetSpec.Latest() }], options);
        await Task.WhenAll(low, high).WaitAsync(stop).ConfigureAwait(false);
        return (Offset(await low.ConfigureAwait(false)), Offset(await high.ConfigureAwait(false)));
    }

    // The call's own error says no more than that some partition had one.
    static Error Of(ListOffsetsException why) =>
        why.Result.ResultInfos.Select(one => one.TopicPartitionOffsetError.Error).FirstOrDefault(one => one.IsError) ?? why.Error;

    static long Offset(ListOffsetsResult result) => result.ResultInfos[0].TopicPartitionOffsetError.Offset.Value;

    async Task CheckAsync()
    {
        var partitions = await PartitionsAsync().ConfigureAwait(false);
        if (partitions is null && settings.Options.CreateTopic)
        {
            await CreateAsync().ConfigureAwait(false);
            return;
        }

        if (partitions is null)
        {
            throw new StoreMismatchException(
                $"Topic {Name} (Log:Kafka:Topic) does not exist at {settings.Servers}. Make it with {settings.Options.Partitions} partitions: {Command(settings)} — or set Log:Kafka:CreateTopic to true.");
        }

        if (partitions != settings.Options.Partitions)
        {
            throw new StoreMismatchException(
                $"Log:Partitions is {settings.Options.Partitions}, but topic {Name} at {settings.Servers} has {partitions} partitions. Set Log:Partitions to {partitions}; to have another number, make a new topic and raise Log:Kafka:Epoch.");
        }
    }

    async Task<int?> PartitionsAsync()
    {
        try
        {
            var described = await admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([Name]), new DescribeTopicsOptions { RequestTimeout = settings.Options.Timeout }).ConfigureAwait(false);
            return described.TopicDescriptions[0].Partitions.Count;
        }
        catch (DescribeTopicsException why) when (why.Results.TopicDescriptions.Any(one => one.Error.Code == ErrorCode.UnknownTopicOrPart))
        {
            return null;
        }
        catch (DescribeTopicsException why)
        {
            throw failure.Of("Asking for the topic", why.Results.TopicDescriptions.Select(one => one.Error).FirstOrDefault(one => one.IsError) ?? why.Error, why);
        }
        catch (KafkaException why)
        {
            throw failure.Of("Asking for the topic", why.Error, why);
        }
    }

    async Task CreateAsync()
    {
        var wanted = new TopicSpecification { Name = Name, NumPartitions = settings.Options.Partitions, ReplicationFactor = -1 };
        try
        {
            await admin.CreateTopicsAsync([wanted], new CreateTopicsOptions { RequestTimeout = settings.Options.Timeout, OperationTimeout = settings.Options.Timeout }).ConfigureAwait(false);
        }
        catch (CreateTopicsException why) when (why.Results.All(one => one.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Another silo was faster; the next call checks what it made.
            throw failure.Of("Making the topic, which another silo just made,", why.Results[0].Error, why);
        }
        catch (CreateTopicsException why)
        {
            throw failure.Of("Making the topic", why.Results[0].Error, why);
        }
        catch (KafkaException why)
        {
            throw failure.Of("Making the topic", why.Error, why);
        }
    }
}
