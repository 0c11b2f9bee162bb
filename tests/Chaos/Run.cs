using System.Diagnostics;

namespace Aampe.Agents.Chaos;

/// <summary>A run in the hands of its fault.</summary>
public sealed class Run(ChaosOptions options, Cluster cluster, EventStream stream, Load load, Asker asker)
{
    const int Probes = 64;
    static readonly TimeSpan served = TimeSpan.FromSeconds(1), look = TimeSpan.FromMilliseconds(50);

    /// <summary>What was asked for.</summary>
    public ChaosOptions Options => options;

    /// <summary>Processes.</summary>
    public Cluster Cluster => cluster;

    /// <summary>Events.</summary>
    public EventStream Stream => stream;

    /// <summary>The senders.</summary>
    public Load Load => load;

    /// <summary>The app.</summary>
    public Asker Asker => asker;

    /// <summary>Random moments of the fault.</summary>
    public Random Random { get; } = new(options.Seed * 7 + 1);

    /// <summary>Times that the fault was made.</summary>
    public int Kills { get; set; }

    /// <summary>Longest time from a fault to answers for every partition.</summary>
    public TimeSpan ToServe { get; private set; }

    /// <summary>What is wrong already.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Dead letters that the fault itself has made.</summary>
    public long DeadLetters { get; set; }

    /// <summary>Figures of the fault.</summary>
    public SortedDictionary<string, double> Figures { get; } = new(StringComparer.Ordinal);

    /// <summary>Starts silos that ended by themselves, as an orchestrator does, until told to stop.</summary>
    /// <param name="enough">When to look no more; a start in hand is finished.</param>
    /// <param name="stop">When to give up.</param>
    public async Task SuperviseAsync(CancellationToken enough, CancellationToken stop)
    {
        while (!enough.IsCancellationRequested)
        {
            foreach (var silo in cluster.Silos)
            {
                if (await silo.StartFallenAsync(stop) is { } code)
                {
                    Fallen.Add($"silo {silo.Number} ended with {code}");
                }
            }

            await Task.Delay(look, stop);
        }
    }

    /// <summary>Silos that ended by themselves.</summary>
    public List<string> Fallen { get; } = [];

    /// <summary>Lets the events go in as many shares as there are faults and one more, and makes each fault in the middle of a share.</summary>
    /// <param name="fault">Makes the nth fault, and ends when it is over.</param>
    public async Task InSharesAsync(Func<int, Task> fault, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var share = stream.Events / (options.Kills + 1);
        for (var n = 0; n < options.Kills; n++)
        {
            var before = load.Acknowledged;
            load.Release(share);
            await load.UntilAcknowledgedAsync(before + (int)(share * (0.1 + 0.6 * Random.NextDouble())), stop);
            await fault(n);
            Kills++;
            await load.UntilAcknowledgedAsync(before + share, stop);
        }

        load.Release(stream.Events);
    }

    /// <summary>Measures how long it takes until the agents of every partition answer within a second.</summary>
    public async Task MeasureServingAsync(CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        while (!(await Task.WhenAll(Enumerable.Range(0, Probes).Select(probe => AnswersAsync(probe % stream.Users, stop)))).All(good => good))
        {
            await Task.Delay(look, stop);
        }

        var took = Stopwatch.GetElapsedTime(since);
        ToServe = took > ToServe ? took : ToServe;
    }

    async Task<bool> AnswersAsync(int user, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(served);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        var running = cluster.Silos.Where(silo => silo.Serves).ToList();
        if (running.Count == 0)
        {
            return false;
        }

        try
        {
            return await cluster.Gateway.OnceAsync(running[user % running.Count], HttpMethod.Get, "/v1/users/" + EventStream.Name(user), null, ChaosKeys.Server, null, either.Token) is { Status: 200 or 404 };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
