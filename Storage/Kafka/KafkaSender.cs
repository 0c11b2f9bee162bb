using Confluent.Kafka;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>Brings messages into the topic and waits until all in-sync replicas have them.</summary>
internal sealed class KafkaSender(KafkaSettings settings, KafkaFailure failure, Action<int, long> acknowledged) : IDisposable
{
    readonly Lock gate = new();
    IProducer<Null, byte[]>? producer;
    bool closed;

    /// <summary>Sends messages; those of a partition keep their order. What was sent runs to its end, so it is not cancelled.</summary>
    /// <exception cref="StoreUnavailableException">Some were not acknowledged in time; others may have been.</exception>
    public async Task SendAsync(List<KafkaMessage> messages)
    {
        var current = Current();
        var round = new Round(messages.Count, acknowledged);
        for (var i = 0; i < messages.Count; i++)
        {
            try
            {
                current.Produce(new TopicPartition(settings.Topic, messages[i].Partition), new Message<Null, byte[]> { Value = messages[i].Value }, round.Report);
            }
            catch (ProduceException<Null, byte[]> why)
            {
                round.Refused(messages.Count - i, why.Error);
                break;
            }
        }

        if (await round.Done.ConfigureAwait(false) is not { } error)
        {
            failure.Forget();
            return;
        }

        if (error.IsFatal || error.Code == ErrorCode.Local_Fatal)
        {
            Retire(current);
        }

        throw failure.Of("An append", error, null);
    }

    public void Dispose()
    {
        IProducer<Null, byte[]>? last;
        lock (gate)
        {
            (closed, last, producer) = (true, producer, null);
        }

        if (last is not null)
        {
            Close(last);
        }
    }

    IProducer<Null, byte[]> Current()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            return producer ??= new ProducerBuilder<Null, byte[]>(settings.Producer())
                .SetErrorHandler((_, error) => failure.Note(error)).SetLogHandler((_, _) => { }).Build();
        }
    }

    // After a fatal error a producer sends nothing more; the next append makes a new one. The old one still owes its reports.
    void Retire(IProducer<Null, byte[]> dead)
    {
        lock (gate)
        {
            if (producer != dead)
            {
                return;
            }

            producer = null;
        }

        new Thread(() => Close(dead)) { IsBackground = true, Name = "kafka-retired" }.Start();
    }

    void Close(IProducer<Null, byte[]> last)
    {
        last.Flush(settings.Options.Timeout);
        last.Dispose();
    }

    /// <summary>The reports of one call.</summary>
    sealed class Round(int left, Action<int, long> acknowledged)
    {
        readonly TaskCompletionSource<Error?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Error? first;
        int left = left;

        /// <summary>The first error; null = all are durable.</summary>
        public Task<Error?> Done => done.Task;

        public void Report(DeliveryReport<Null, byte[]> report)
        {
            if (report.Error.IsError)
            {
                Interlocked.CompareExchange(ref first, report.Error, null);
            }
            else
            {
                acknowledged(report.Partition.Value, report.Offset.Value);
            }

            Count(1);
        }

        public void Refused(int messages, Error error)
        {
            Interlocked.CompareExchange(ref first, error, null);
            Count(messages);
        }

        void Count(int reported)
        {
            if (Interlocked.Add(ref left, -reported) == 0)
            {
                done.SetResult(first);
            }
        }
    }
}
