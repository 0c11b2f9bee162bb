using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>
/// The event log on Kafka. A message holds packed events of one partition; their offsets rise with gaps (docs/adr/0014). Dead letters and
/// cursors stay in the database.
/// </summary>
public sealed class KafkaEventLog : IEventLog, IDisposable
{
    readonly KafkaSettings settings;
    readonly KafkaFailure failure;
    readonly KafkaTopic topic;
    readonly KafkaSender sender;
    readonly KafkaEnds ends;
    readonly IDeadLetters letters;
    readonly TimeProvider time;
    readonly ILogger<KafkaEventLog> log;
    int disposed;

    /// <summary>Checks the settings; the brokers are asked at the first use.</summary>
    /// <exception cref="StoreSettingException">What is wrong with the settings, one line each.</exception>
    public KafkaEventLog(KafkaOptions options, IPartitionCursors cursors, IDeadLetters letters, TimeProvider time, ILogger<KafkaEventLog> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        settings = new KafkaSettings(options);
        failure = new KafkaFailure(settings);
        topic = new KafkaTopic(settings, failure);
        ends = new KafkaEnds(options.Partitions);
        sender = new KafkaSender(settings, failure, ends.Acknowledge);
        Feed = new KafkaFeed(settings, failure, ends);
        Cursors = cursors;
        this.letters = letters;
        this.time = time;
        this.log = log;
    }

    /// <inheritdoc/>
    public int Epoch => settings.Options.Epoch;

    /// <inheritdoc/>
    public int Partitions => settings.Options.Partitions;

    internal IPartitionCursors Cursors { get; }

    internal KafkaFeed Feed { get; }

    /// <inheritdoc/>
    public int PartitionOf(string tenant, string agent) => (int)(StableHash.Of(tenant, agent) % (ulong)Partitions);

    /// <summary>Asks the brokers whether the topic is as it is set; for a start that tells at once what is wrong.</summary>
    /// <exception cref="StoreUnavailableException">The brokers do not answer, or refuse.</exception>
    /// <exception cref="StoreMismatchException">The topic is missing, or has other partitions.</exception>
    public ValueTask CheckAsync(CancellationToken stop) => topic.ReadyAsync(stop);

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<LoggedEvent> events, IReadOnlyList<DeadLetter> deadLetters, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(deadLetters);
        var messages = KafkaMessage.Pack(events, one => PartitionOf(one.Tenant, one.Agent), settings.Options.MessageBytes);
        if (messages.Count > 0)
        {
            await topic.ReadyAsync(stop).ConfigureAwait(false);
        }

        // First the letters: when the events then fail, the caller sends both again, and a letter that is known is not added twice.
        await letters.AddAsync(deadLetters, stop).ConfigureAwait(false);
        if (messages.Count > 0)
        {
            stop.ThrowIfCancellationRequested();
            await sender.SendAsync(messages).ConfigureAwait(false);
            ends.Count(messages.Count, events.Count);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IPartitionReader> OpenAsync(int partition, CancellationToken stop)
    {
        CheckPartition(partition);
        await topic.ReadyAsync(stop).ConfigureAwait(false);
        var (low, high) = await RangeAsync(partition, stop).ConfigureAwait(false);
        var (term, cursor) = await Cursors.TakeAsync(CursorOf(partition), stop).ConfigureAwait(false);
        if (cursor > KafkaOffset.Before(high))
        {
            throw new StoreMismatchException(
                $"Partition {partition} was applied up to message {KafkaOffset.MessageOf(cursor)}, but topic {settings.Topic} ends at {high}: it was made anew, or its brokers lost what they had acknowledged. For a new topic raise Log:Kafka:Epoch (now {Epoch}).");
        }

        var committed = cursor < KafkaOffset.Before(low) ? KafkaOffset.Before(OldestKept(partition, cursor, low)) : cursor;
        return new KafkaPartitionReader(this, partition, term, committed);
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(int partition, long offset, TimeSpan patience, CancellationToken stop)
    {
        CheckPartition(partition);
        stop.ThrowIfCancellationRequested();
        if (!Feed.Has(partition))
        {
            await RangeAsync(partition, stop).ConfigureAwait(false);
        }

        if (ends.Growth(partition, offset) is { } growth)
        {
            await growth.WaitAsync(patience, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> EndAsync(int partition, CancellationToken stop)
    {
        CheckPartition(partition);
        await RangeAsync(partition, stop).ConfigureAwait(false);
        return KnownEnd(partition);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(int partition, long from, CancellationToken stop)
    {
        CheckPartition(partition);
        var first = KafkaOffset.MessageOf(from);
        if (first == 0 || !Feed.Has(partition))
        {
            first = Math.Max(first, (await RangeAsync(partition, stop).ConfigureAwait(false)).Low);
        }

        return ends.Events(Math.Max(0, ends.Known(partition) - first));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A container that offers it under two names closes it twice.
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            Feed.Dispose();
            sender.Dispose();
            topic.Dispose();
        }
    }

    /// <summary>Number of a partition's cursor: another epoch has others.</summary>
    internal int CursorOf(int partition) => (Epoch << 16) + partition;

    /// <summary>One past the newest offset that this process knows of.</summary>
    internal long KnownEnd(int partition) => KafkaOffset.Before(ends.Known(partition));

    /// <summary>A reader here must see the messages before this one.</summary>
    internal long Acknowledged(int partition) => ends.Acknowledged(partition);

    /// <summary>The messages that the brokers keep.</summary>
    internal async ValueTask<(long Low, long High)> RangeAsync(int partition, CancellationToken stop)
    {
        var range = await topic.RangeAsync(partition, stop).ConfigureAwait(false);
        ends.Grow(partition, range.High);
        return range;
    }

    /// <summary>Where to go on when the messages at an offset are gone.</summary>
    /// <exception cref="StoreMismatchException">Some of them were never applied.</exception>
    internal long OldestKept(int partition, long from, long low)
    {
        var gone = low - KafkaOffset.MessageOf(from);
        if (from > 0 && !settings.Options.SkipRemoved)
        {
            throw new StoreMismatchException(
                $"Partition {partition} of topic {settings.Topic} is to be read from message {KafkaOffset.MessageOf(from)}, but the oldest kept is {low}: the topic's retention removed {gone} messages before they were applied, and their events are lost. Raise retention.ms of the topic; to go on without them set Log:Kafka:SkipRemoved to true.");
        }

        KafkaLogs.Skipped(log, partition, settings.Topic, gone, low);
        return low;
    }

    /// <summary>Waits for the brokers, as long as they may take.</summary>
    internal async ValueTask ArrivedAsync(int partition, Task arrival, CancellationToken stop)
    {
        try
        {
            await arrival.WaitAsync(settings.Options.Timeout, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw failure.Silent($"Reading partition {partition}");
        }
    }

    /// <summary>The events of a message. One that is none of ours is put aside with its reason, so that it holds up nobody (R12).</summary>
    internal async ValueTask<StoredEvent[]> UnpackAsync(int partition, long message, byte[]? value, CancellationToken stop)
    {
        if (KafkaMessage.TryRead(partition, message, value, out var events))
        {
            ends.Count(1, events.Length);
            return events;
        }

        KafkaLogs.Foreign(log, partition, settings.Topic, message);
        await letters.AddAsync([Letter(partition, message, value ?? [])], stop).ConfigureAwait(false);
        return [];
    }

    DeadLetter Letter(int partition, long message, byte[] value) => new()
    {
        Id = $"dl_{StableHash.Of($"{settings.Topic}/{Epoch}/{partition}/{message}"):x16}",
        Tenant = "default",
        Source = "kafka",
        Reason = "schema_violation",
        Detail = $"Message {message} of partition {partition} of topic {settings.Topic} was not written by this log, or is damaged. Let nothing else write to the topic.",
        At = new Instant(time.GetUtcNow().ToUnixTimeMilliseconds()),
        Trusted = false,
        Payload = value.AsMemory(0, Math.Min(value.Length, 65_536)),
    };

    void CheckPartition(int partition)
    {
        if (partition < 0 || partition >= Partitions)
        {
            throw new ArgumentOutOfRangeException(nameof(partition), partition, $"partition must be 0 to {Partitions - 1}; was {partition}.");
        }
    }
}

internal static partial class KafkaLogs
{
    [LoggerMessage(801, LogLevel.Warning, "Partition {Partition} of topic {Topic}: {Gone} messages are no longer kept and are left out; reading goes on at {Low}")]
    public static partial void Skipped(ILogger log, int partition, string topic, long gone, long low);

    [LoggerMessage(802, LogLevel.Error, "Partition {Partition} of topic {Topic}: message {Message} is none of ours or damaged; it is in the dead letters")]
    public static partial void Foreign(ILogger log, int partition, string topic, long message);
}
