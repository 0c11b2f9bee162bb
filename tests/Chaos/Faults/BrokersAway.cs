namespace Aampe.Agents.Chaos.Faults;

/// <summary>
/// F4: the brokers of the log are away or answer with errors, in turn: all of them for longer than an append waits; one, whose partitions go to
/// others; produce and fetch requests that fail; and appends whose answers are lost, so that they are made twice.
/// </summary>
public sealed class BrokersAway : IFault
{
    // Longer than Log:Kafka:TimeoutSeconds, so that appends fail for good.
    static readonly TimeSpan allAway = TimeSpan.FromSeconds(15), oneAway = TimeSpan.FromSeconds(5), slow = TimeSpan.FromSeconds(2), cut = TimeSpan.FromSeconds(1), erring = TimeSpan.FromSeconds(3);
    static readonly IEnumerable<int> all = Enumerable.Range(1, KafkaBroker.Brokers);

    /// <inheritdoc/>
    public string Id => "F4";

    /// <inheritdoc/>
    public string Words => "brokers of Kafka away, moved, failing, answers lost";

    /// <inheritdoc/>
    public string Log => "kafka";

    /// <inheritdoc/>
    public async Task DisturbAsync(Run run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        var kafka = run.Cluster.Kafka!;
        Func<Task>[] ways = [() => AllAwayAsync(kafka, stop), () => OneAwayAsync(kafka, run.Random, stop), () => ErrorsAsync(kafka, run.Random, stop), () => AnswersLostAsync(kafka, stop)];
        await run.InSharesAsync(async n =>
        {
            await ways[n % ways.Length]();
            await run.MeasureServingAsync(stop);
        }, stop);
        Down.Check(run);
    }

    static async Task AllAwayAsync(KafkaBroker kafka, CancellationToken stop)
    {
        await ForEachAsync(kafka.DownAsync);
        await Task.Delay(allAway, stop);
        await ForEachAsync(kafka.UpAsync);
    }

    static async Task OneAwayAsync(KafkaBroker kafka, Random random, CancellationToken stop)
    {
        var gone = random.Next(1, KafkaBroker.Brokers + 1);
        await kafka.DownAsync(gone);
        for (var partition = 0; partition < KafkaBroker.Partitions; partition++)
        {
            await kafka.LeadAsync(partition, gone % KafkaBroker.Brokers + 1);
        }

        await Task.Delay(oneAway, stop);
        await kafka.UpAsync(gone);
    }

    static async Task ErrorsAsync(KafkaBroker kafka, Random random, CancellationToken stop)
    {
        // Leaders move while nobody is away, and the old ones say so.
        for (var partition = 0; partition < KafkaBroker.Partitions; partition++)
        {
            await kafka.LeadAsync(partition, random.Next(1, KafkaBroker.Brokers + 1));
        }

        await kafka.FailAsync(KafkaBroker.Produce, KafkaBroker.TimedOut, 20);
        await kafka.FailAsync(KafkaBroker.Produce, KafkaBroker.NotLeader, 20);
        await kafka.FailAsync(KafkaBroker.Fetch, KafkaBroker.NotLeader, 20);
        await Task.Delay(erring, stop);
    }

    // What was appended while the answers were on their way is appended again when the connection is back.
    static async Task AnswersLostAsync(KafkaBroker kafka, CancellationToken stop)
    {
        await ForEachAsync(broker => kafka.SlowAsync(broker, slow));
        await Task.Delay(cut, stop);
        await ForEachAsync(kafka.DownAsync);
        await ForEachAsync(broker => kafka.SlowAsync(broker, TimeSpan.Zero));
        await ForEachAsync(kafka.UpAsync);
    }

    static async Task ForEachAsync(Func<int, Task> act)
    {
        foreach (var broker in all)
        {
            await act(broker);
        }
    }
}
