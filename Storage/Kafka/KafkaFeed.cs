using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>
/// One consumer for all partitions that this process reads. A thread of its own takes messages into bounded buffers, one a partition; a
/// full one pauses its partition alone. Only that thread moves positions, so that no message of an earlier position comes after a move.
/// </summary>
internal sealed class KafkaFeed : IDisposable
{
    // Where a partition ends according to the last answer of the brokers; asking the client for it costs about a message.
    const int EndEvery = 16;
    static readonly TimeSpan idle = TimeSpan.FromMilliseconds(25), busy = TimeSpan.FromMilliseconds(5);
    readonly KafkaSettings settings;
    readonly KafkaFailure failure;
    readonly KafkaEnds ends;
    readonly PartitionBuffer?[] buffers;
    readonly ConcurrentQueue<Action<IConsumer<Ignore, byte[]>>> orders = new();
    readonly Lock gate = new();
    Thread? thread;
    volatile bool closing;
    int paused, taken;

    public KafkaFeed(KafkaSettings settings, KafkaFailure failure, KafkaEnds ends)
    {
        this.settings = settings;
        this.failure = failure;
        this.ends = ends;
        buffers = new PartitionBuffer?[settings.Options.Partitions];
        MostBytes = Math.Max(64 << 10, settings.Options.ReadAheadBytes / 2 / settings.Options.Partitions);
    }

    /// <summary>Bytes after which a partition is paused.</summary>
    public int MostBytes { get; }

    /// <summary>Whether a partition is read here.</summary>
    public bool Has(int partition) => Volatile.Read(ref buffers[partition]) is not null;

    /// <summary>Starts a partition at a message, for a new buffer; an earlier buffer of the partition gets nothing more.</summary>
    public Task StartAsync(PartitionBuffer buffer, long message) => OrderAsync(consumer =>
    {
        Stop(consumer, buffer.Partition);
        buffers[buffer.Partition] = buffer;
        consumer.IncrementalAssign([new TopicPartitionOffset(Place(buffer.Partition), message)]);
    });

    /// <summary>Stops a partition, unless another buffer has it by now.</summary>
    public Task StopAsync(PartitionBuffer buffer) => thread is null ? Task.CompletedTask : OrderAsync(consumer =>
    {
        if (buffers[buffer.Partition] == buffer)
        {
            Stop(consumer, buffer.Partition);
        }
    });

    /// <summary>A buffer has room again.</summary>
    public void Resume(PartitionBuffer buffer)
    {
        if (buffer.Paused)
        {
            orders.Enqueue(consumer => Resume(consumer, buffer));
        }
    }

    public void Dispose()
    {
        closing = true;
        thread?.Join();
    }

    TopicPartition Place(int partition) => new(settings.Topic, partition);

    Task OrderAsync(Action<IConsumer<Ignore, byte[]>> order)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        orders.Enqueue(consumer =>
        {
            try
            {
                order(consumer);
                done.SetResult();
            }
            catch (KafkaException why)
            {
                done.SetException(failure.Of("Reading", why.Error, why));
            }
        });
        Start();
        return done.Task;
    }

    void Start()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            if (thread is null)
            {
                thread = new Thread(Run) { IsBackground = true, Name = "kafka-feed" };
                thread.Start();
            }
        }
    }

    void Run()
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(settings.Consumer())
            .SetErrorHandler((_, error) => failure.Note(error)).SetLogHandler((_, _) => { }).Build();
        while (!closing)
        {
            try
            {
                while (orders.TryDequeue(out var order))
                {
                    order(consumer);
                }

                if (consumer.Consume(paused > 0 ? busy : idle) is { } got)
                {
                    Take(consumer, got);
                }
            }
            catch (ConsumeException why)
            {
                Fail(why.Error, why.ConsumerRecord?.Partition.Value ?? -1);
            }
            catch (KafkaException why)
            {
                Array.ForEach([.. Enumerable.Range(0, buffers.Length)], partition => Fail(why.Error, partition));
            }
        }

        consumer.Unassign();
        foreach (var buffer in buffers)
        {
            buffer?.Fail(new ObjectDisposedException(nameof(KafkaEventLog)));
        }
    }

    void Take(IConsumer<Ignore, byte[]> consumer, ConsumeResult<Ignore, byte[]> got)
    {
        if (buffers[got.Partition.Value] is not { } buffer)
        {
            return;
        }

        if (got.IsPartitionEOF)
        {
            buffer.AtEnd(got.Offset.Value);
            return;
        }

        var held = buffer.Add(got.Offset.Value, got.Message.Value);
        ends.Grow(buffer.Partition, got.Offset.Value + 1);
        if (++taken % EndEvery == 0)
        {
            ends.Grow(buffer.Partition, consumer.GetWatermarkOffsets(Place(buffer.Partition)).High.Value);
        }

        if (held > MostBytes && !buffer.Paused)
        {
            buffer.Paused = true;
            paused++;
            consumer.Pause([Place(buffer.Partition)]); // a message that was read names no topic, to save its text
        }
    }

    void Resume(IConsumer<Ignore, byte[]> consumer, PartitionBuffer buffer)
    {
        if (buffers[buffer.Partition] == buffer && buffer.Paused)
        {
            buffer.Paused = false;
            paused--;
            consumer.Resume([Place(buffer.Partition)]);
        }
    }

    // Without a partition it is about the connection, which the client mends by itself.
    void Fail(Error error, int partition)
    {
        failure.Note(error);
        if (partition >= 0 && partition < buffers.Length)
        {
            buffers[partition]?.Fail(failure.Of($"Reading partition {partition}", error, null));
        }
    }

    void Stop(IConsumer<Ignore, byte[]> consumer, int partition)
    {
        if (buffers[partition] is { } buffer)
        {
            buffers[partition] = null;
            paused -= buffer.Paused ? 1 : 0;
            buffer.Paused = false;
            consumer.IncrementalUnassign([Place(partition)]);
        }
    }
}
