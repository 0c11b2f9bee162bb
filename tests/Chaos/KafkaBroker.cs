using System.Diagnostics;
using System.Globalization;

namespace Aampe.Agents.Chaos;

/// <summary>
/// Brokers of Kafka in a process of their own (tests/Kafka.Broker): a mock cluster without disk, which keeps the newest 5 MB of each partition.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    /// <summary>
    /// Partitions of the topic. A million events are about 5 MB of each, packed less than half: nothing is removed during a run, and
    /// <see cref="OldestAsync"/> tells whether that was so.
    /// </summary>
    public const int Partitions = 32;

    /// <summary>Brokers of the cluster; each partition has three replicas.</summary>
    public const int Brokers = 3;

    /// <summary>Topic of the events.</summary>
    public const string Topic = "agent-events";

    /// <summary>Numbers of requests and errors in Kafka's protocol, for <see cref="FailAsync"/>.</summary>
    public const int Produce = 0, Fetch = 1, NotLeader = 6, TimedOut = 7;

    static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    readonly Process process;
    readonly SemaphoreSlim talking = new(1);

    KafkaBroker(Process process, string servers) => (this.process, Servers) = (process, servers);

    /// <summary>Addresses of the brokers, host:port with commas.</summary>
    public string Servers { get; }

    /// <summary>Starts the brokers and makes the topic.</summary>
    public static async Task<KafkaBroker> StartAsync(CancellationToken stop)
    {
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Kafka.Broker", "release", "Aampe.Agents.Kafka.Broker.dll"));
        string[] arguments = [program, "--brokers", Text(Brokers), $"{Topic}:{Text(Partitions)}"];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var servers = await process.StandardOutput.ReadLineAsync(stop).AsTask().WaitAsync(patience, stop);
        return new KafkaBroker(process, servers ?? throw new InvalidOperationException("The brokers ended while they started."));
    }

    /// <summary>Cuts a broker's connections and takes none; from 1.</summary>
    public Task DownAsync(int broker) => TellAsync($"down {Text(broker)}");

    /// <summary>A broker is back.</summary>
    public Task UpAsync(int broker) => TellAsync($"up {Text(broker)}");

    /// <summary>Gives a partition to another broker.</summary>
    public Task LeadAsync(int partition, int broker) => TellAsync($"leader {Topic} {Text(partition)} {Text(broker)}");

    /// <summary>Each answer of a broker takes this long from now on.</summary>
    public Task SlowAsync(int broker, TimeSpan roundTrip) => TellAsync($"rtt {Text(broker)} {Text((int)roundTrip.TotalMilliseconds)}");

    /// <summary>The next requests of a kind are answered with an error.</summary>
    public Task FailAsync(int request, int error, int times) => TellAsync($"fail {Text(request)} {Text(error)} {Text(times)}");

    /// <summary>The largest number of messages that any partition has removed from its beginning.</summary>
    public async Task<long> OldestAsync() => long.Parse(await TellAsync($"oldest {Topic} {Text(Partitions)}"), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        try
        {
            using var late = new CancellationTokenSource(patience);
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        process.Dispose();
        talking.Dispose();
    }

    async Task<string> TellAsync(string line)
    {
        await talking.WaitAsync();
        try
        {
            await process.StandardInput.WriteLineAsync(line);
            await process.StandardInput.FlushAsync();
            return await process.StandardOutput.ReadLineAsync().WaitAsync(patience) ?? throw new InvalidOperationException($"The brokers ended when they were told '{line}'.");
        }
        finally
        {
            talking.Release();
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
