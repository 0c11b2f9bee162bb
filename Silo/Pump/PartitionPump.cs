using System.Diagnostics;
using System.Runtime.InteropServices;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Telemetry;
using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Pump;

/// <summary>
/// Carries one partition to its agents: read a batch, group it by agent in the order of the log, one call an agent, commit when all have answered.
/// A batch may be repeated after a crash; the agents' watermarks drop what they have (R2). A slice that fails goes to the dead letters and the partition
/// goes on (R12).
/// </summary>
public sealed class PartitionPump(
    IEventLog eventLog, IAgentStore store, IDeadLetters deadLetters, AgentReferences references, IClock clock, TimeProvider time, PumpProgress progress, AgentMetrics metrics, TriggeredAnswers answers, IOptions<PumpOptions> options, ILogger<PartitionPump> log)
{
    const int MostForwards = 4;
    static readonly string NothingKept = DeadReason.SuppressedUser.Code();
    static readonly TimeSpan patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(50), longestPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs until stopped; the batch in hand is finished first, so that its commit is not lost.</summary>
    public async Task RunAsync(int partition, CancellationToken stop)
    {
        await using var reader = await eventLog.OpenAsync(partition, stop);
        var next = reader.Committed;
        progress.Applied(partition, next);
        var counted = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            var batch = await reader.ReadAsync(next, options.Value.BatchEvents, CancellationToken.None);
            if (batch.Count == 0)
            {
                metrics.Behind(partition, 0);
                await eventLog.WaitAsync(partition, next, patience, stop);
                continue;
            }

            var started = time.GetTimestamp();
            await ApplyAsync(reader, batch, stop);
            next = batch[^1].Offset + 1;
            await reader.CommitAsync(next, CancellationToken.None);
            progress.Applied(partition, next);
            metrics.Pumped(time.GetElapsedTime(started));
            if (time.GetElapsedTime(counted) >= patience)
            {
                // A question to the log: once a second is enough for people who watch.
                metrics.Behind(partition, await eventLog.CountAsync(partition, next, CancellationToken.None));
                counted = time.GetTimestamp();
            }
        }
    }

    async Task ApplyAsync(IPartitionReader reader, IReadOnlyList<StoredEvent> batch, CancellationToken stop)
    {
        using var span = AgentMetrics.Spans.StartActivity("pump.batch", ActivityKind.Consumer);
        span?.SetTag("partition", reader.Partition);
        span?.SetTag("events", batch.Count);
        await Parallel.ForEachAsync(
            ByAgent(batch),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.ConcurrentAgents },
            async (slice, _) => await ApplyAsync(reader, slice.Key, [.. slice.Value], stop));
    }

    // Agents in the order of their first event, the events of each in the order of the log.
    static Dictionary<AgentKey, List<StoredEvent>> ByAgent(IReadOnlyList<StoredEvent> batch)
    {
        var slices = new Dictionary<AgentKey, List<StoredEvent>>();
        foreach (var stored in batch)
        {
            if (ErasedEvents.IsErased(stored.Event))
            {
                continue;
            }

            ref var events = ref CollectionsMarshal.GetValueRefOrAddDefault(slices, new AgentKey(stored.Event.Tenant, stored.Event.Agent), out _);
            (events ??= []).Add(stored);
        }

        return slices;
    }

    async Task ApplyAsync(IPartitionReader reader, AgentKey agent, StoredEvent[] events, CancellationToken stop)
    {
        var partition = reader.Partition;
        var slice = new EventSlice(eventLog.Epoch, partition, Array.ConvertAll(events, Sliced)) { Addressed = agent.Agent, Term = reader.Term };
        var pause = firstPause;
        for (var attempt = 1; ;)
        {
            try
            {
                await ObserveAsync(agent, slice, events);
                return;
            }
            catch (Exception passing) when (IsPassing(passing))
            {
                // No fault of the event: it is told again for as long as it takes, unless the partition has to be opened anew for that.
                if (!store.Holds(partition, reader.Term))
                {
                    throw new PartitionLostException(partition);
                }

                await Task.Delay(pause, time, stop);
                pause = pause * 2 > longestPause ? longestPause : pause * 2;
            }
            catch (Exception error) when (attempt < options.Value.Attempts)
            {
                PumpLog.Retrying(log, agent.ToString(), attempt, error);
                await Task.Delay(firstPause * Math.Pow(2, attempt - 1), time, stop);
                attempt++;
            }
            catch (Exception error)
            {
                PumpLog.GaveUp(log, agent.ToString(), partition, events[0].Offset, error);
                await PutAsideAsync(events, "handler_failed", _ => $"The agent failed {options.Value.Attempts} times: {error.GetType().Name}.");
                return;
            }
        }
    }

    async Task ObserveAsync(AgentKey agent, EventSlice slice, StoredEvent[] events)
    {
        for (var hop = 0; hop <= MostForwards; hop++)
        {
            var result = await references.Of(agent).ObserveAsync(slice);
            if (result.ForwardTo is { } other)
            {
                agent = AgentKey.Parse(other);
                continue;
            }

            metrics.Observed(result.Applied, result.Duplicates);
            if (result.Answers)
            {
                answers.Wake(agent);
            }

            if (result.Refused.Length > 0)
            {
                var refused = result.Refused.ToDictionary(one => one.Offset);
                foreach (var group in events.Where(stored => refused.ContainsKey(stored.Offset)).GroupBy(stored => refused[stored.Offset].Reason))
                {
                    await PutAsideAsync([.. group], group.Key, stored => refused[stored.Offset].Detail);
                }
            }

            return;
        }

        throw new InvalidOperationException($"Agent {agent} was merged more than {MostForwards} times in a row.");
    }

    static bool IsPassing(Exception fault) => MovedCalls.IsPassing(fault) || fault is StoreUnavailableException or TimeoutException;

    async Task PutAsideAsync(StoredEvent[] events, string reason, Func<StoredEvent, string> detail)
    {
        var at = clock.Now;
        await deadLetters.AddAsync([.. events.Select(stored => Letter(stored, reason, detail(stored), at))], CancellationToken.None);
        foreach (var _ in events)
        {
            metrics.Dead(reason);
        }
    }

    // The id follows from the place in the log, so that a repeated batch adds no second letter.
    DeadLetter Letter(StoredEvent stored, string reason, string detail, Instant at) => new()
    {
        Id = $"dl_{Core.Canonical.StableHash.Of($"{eventLog.Epoch}/{stored.Partition}/{stored.Offset}"):x16}",
        Tenant = stored.Event.Tenant,
        Source = stored.Event.Source,
        Reason = reason,
        Detail = detail,
        At = at,
        Trusted = stored.Event.Trusted,
        // Of whom nothing may be kept nothing is kept here either.
        MessageId = reason == NothingKept ? null : stored.Event.MessageId,
        Payload = reason == NothingKept ? default : stored.Event.Payload,
    };

    static SlicedEvent Sliced(StoredEvent stored) => new(
        stored.Offset,
        (byte)stored.Event.Kind,
        stored.Event.Name,
        stored.Event.Source,
        stored.Event.Trusted,
        stored.Event.MessageId,
        stored.Event.OccurredAt,
        stored.Event.ReceivedAt,
        stored.Event.Payload);
}
