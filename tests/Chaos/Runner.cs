using System.Diagnostics;
using Aampe.Agents.Chaos.Faults;

namespace Aampe.Agents.Chaos;

/// <summary>Runs one fault against a cluster of its own and closes the books.</summary>
public static class Runner
{
    /// <summary>The faults that can be made here.</summary>
    public static IReadOnlyList<IFault> All { get; } =
    [
        new SilosKilled(), new DatabaseKilled(), new DatabaseRestarted(), new BrokersAway(),
        new Partitioned("F5", "silos cut off from each other, as root", bothWays: true), new DiskFull(), new Shaped("F9", "every batch twice", new Shape(Copies: 2)),
        new Shaped("F10", "any order within the hour, one in twenty a day late", new Shape(Shuffled: true)), new AllDown(), new Poison(),
        new Shaped("F17", "half of the events of one user", new Shape(Hot: 0.5)), new ReceiverAway("F18", "slow and failing receiver", killed: false),
        new RollingRestart(), new ReceiverAway("F22", "receiver killed", killed: true),
        new Partitioned("F23", "what one silo sends is lost, as root", bothWays: false),
    ];

    /// <summary>Runs it.</summary>
    /// <exception cref="ArgumentException">There is no such fault.</exception>
    public static async Task<Report> RunAsync(ChaosOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var fault = All.FirstOrDefault(one => one.Id == options.Fault) ?? throw new ArgumentException($"There is no fault {options.Fault}; there are {string.Join(", ", All.Select(one => one.Id))}.");
        options = options with { Log = fault.Log ?? options.Log };
        using var late = new CancellationTokenSource(options.Patience);
        var stop = late.Token;
        await using var cluster = await Cluster.StartAsync(options, fault, stop);
        var stream = new EventStream(options.Seed, options.Events, options.People, fault.Shape.Hot);
        var load = new Load(stream, cluster.Gateway, options, fault.Shape);
        var asker = new Asker(stream, cluster.Gateway, options.Seed);
        var run = new Run(options, cluster, stream, load, asker);
        var books = new Books(cluster, stream, asker);
        var since = Stopwatch.GetTimestamp();
        try
        {
            await PlayAsync(fault, run, books, since, stop);
        }
        catch (Exception broken)
        {
            run.Findings.Add(late.IsCancellationRequested ? $"not done after {options.Patience.TotalMinutes} minutes, with {load.Acknowledged} events acknowledged" : broken.ToString());
        }

        await NoteLogAsync(run);
        run.Figures["longestStartSeconds"] = Math.Round(cluster.Silos.Max(silo => silo.LongestStart.TotalSeconds), 1);
        string[] findings = [.. run.Findings, .. books.Findings];
        cluster.KeepLogs = options.Keep || findings.Length > 0;
        return new Report
        {
            Fault = fault.Id,
            Seed = options.Seed,
            Silos = options.Silos,
            Commit = options.Commit,
            Log = options.Log,
            Events = options.Events,
            Users = options.People,
            Acknowledged = load.Acknowledged,
            Lost = books.Lost,
            Doubled = books.Doubled,
            DeadLetters = books.DeadLetters,
            Deliveries = cluster.Receiver.Decisions.Count,
            SecondDeliveries = cluster.Receiver.Different,
            RepeatedCalls = cluster.Receiver.Calls - cluster.Receiver.Decisions.Count,
            Asked = asker.Asked,
            ChangedAnswers = asker.Changed,
            Kills = run.Kills,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(since).TotalSeconds, 1),
            SecondsToServeAfterKill = Math.Round(run.ToServe.TotalSeconds, 1),
            SlowestAnswer = Math.Round(cluster.Gateway.Slowest.TotalSeconds, 1),
            Outcomes = cluster.Gateway.Outcomes,
            Figures = run.Figures,
            Findings = findings,
            Logs = cluster.KeepLogs ? cluster.Logs : null,
        };
    }

    static async Task PlayAsync(IFault fault, Run run, Books books, long since, CancellationToken stop)
    {
        using var enough = new CancellationTokenSource();
        var sending = run.Load.RunAsync(stop);
        var asking = run.Asker.RunAsync(enough.Token, stop);
        using var over = new CancellationTokenSource();
        var supervising = run.SuperviseAsync(over.Token, stop);
        await fault.DisturbAsync(run, stop);
        await sending;
        Note(run, "sentAfterSeconds", since);
        await enough.CancelAsync();
        await asking;
        await books.WaitAppliedAsync(stop);
        Note(run, "appliedAfterSeconds", since);
        await run.Asker.AgainAsync(stop);
        await books.WaitSettledAsync(stop);
        await books.CloseAsync(run.DeadLetters, stop);
        await over.CancelAsync();
        await supervising;
        run.Figures["silosThatFell"] = run.Fallen.Count;
    }

    // What recovery would have had to read again must have been there.
    static async Task NoteLogAsync(Run run)
    {
        if (run.Cluster.Kafka is { } kafka)
        {
            var removed = await kafka.OldestAsync();
            run.Figures["messagesRemovedFromLog"] = removed;
            if (removed > 0)
            {
                run.Findings.Add($"the brokers have removed {removed} messages: the log was too small for the run");
            }
        }
    }

    static void Note(Run run, string name, long since) => run.Figures[name] = Math.Round(Stopwatch.GetElapsedTime(since).TotalSeconds, 1);
}
