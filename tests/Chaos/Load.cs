using Aampe.Agents.Chaos.Faults;

namespace Aampe.Agents.Chaos;

/// <summary>Sends a stream in batches, as fast as it is let, and keeps what was acknowledged.</summary>
public sealed class Load(EventStream stream, Gateway gateway, ChaosOptions options, Shape shape)
{
    readonly Lock sync = new();
    readonly Random random = new(options.Seed);
    int next, released, acknowledged, batches;
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Events that were told 200.</summary>
    public int Acknowledged => Volatile.Read(ref acknowledged);

    /// <summary>Batches sent, repeats not counted.</summary>
    public int Batches => batches;

    /// <summary>Lets a share of the events go.</summary>
    public void Release(int events)
    {
        lock (sync)
        {
            released = Math.Min(stream.Events, released + events);
        }

        Wake();
    }

    /// <summary>Completes when so many events are acknowledged.</summary>
    public async Task UntilAcknowledgedAsync(int events, CancellationToken stop)
    {
        while (Acknowledged < Math.Min(events, stream.Events))
        {
            await NextMoveAsync().WaitAsync(stop);
        }
    }

    /// <summary>Sends until all is sent.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, options.Senders).Select(_ => SendAsync(stop)));

    async Task SendAsync(CancellationToken stop)
    {
        await Task.Yield();
        while (true)
        {
            var wait = NextMoveAsync();
            if (Take() is not { } numbers)
            {
                if (next >= stream.Events)
                {
                    return;
                }

                await wait.WaitAsync(stop);
                continue;
            }

            var text = stream.Batch(numbers, shape.Shuffled ? Late : null);
            for (var copy = 0; copy < shape.Copies; copy++)
            {
                await gateway.AskAsync(HttpMethod.Post, "/v1/batch", text, ChaosKeys.Write, null, answer => answer.Status == 200, stop);
            }

            Interlocked.Add(ref acknowledged, numbers.Length);
            Interlocked.Increment(ref batches);
            Wake();
        }
    }

    int[]? Take()
    {
        lock (sync)
        {
            var size = Math.Min(options.Batch > 0 ? options.Batch : options.Events >= 100_000 ? 500 : random.Next(10, 101), released - next);
            if (size <= 0)
            {
                return null;
            }

            var numbers = Enumerable.Range(next, size).ToArray();
            next += size;
            if (shape.Shuffled)
            {
                random.Shuffle(numbers);
            }

            return numbers;
        }
    }

    // Within the last hour, and one in twenty one to 48 hours old.
    static DateTimeOffset Late(int number)
    {
        var minutes = number % 20 == 19 ? 60 + number * 7 % 2_820 : number * 13 % 60;
        return DateTimeOffset.UtcNow - TimeSpan.FromMinutes(minutes);
    }

    Task NextMoveAsync()
    {
        lock (sync)
        {
            return moved.Task;
        }
    }

    void Wake()
    {
        TaskCompletionSource wake;
        lock (sync)
        {
            (wake, moved) = (moved, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        wake.SetResult();
    }
}
