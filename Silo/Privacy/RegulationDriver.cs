using System.Threading.Channels;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Privacy;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>
/// Takes open requests about people from step to step: those of this silo at once, and at start and every few seconds whatever another silo, or a crash, has left open.
/// </summary>
public sealed class RegulationDriver(Regulations regulations, IGrainFactory grains, PartitionOwners owners, TimeProvider time, ILogger<RegulationDriver> log) : BackgroundService
{
    // One silo looks for what was left: the owner of this partition.
    const int Looking = 0;
    static readonly TimeSpan look = TimeSpan.FromSeconds(5);

    readonly Channel<string> asked = Channel.CreateBounded<string>(1_000);

    /// <summary>Begins a request and has it worked off; it is durable when this returns.</summary>
    public async Task BeginAsync(string id, RegulationRequest request)
    {
        await GrainOf(id).BeginAsync(request);
        // If there is no room, the next look finds it.
        asked.Writer.TryWrite(id);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(AskedAsync(stoppingToken), LeftAsync(stoppingToken));

    async Task AskedAsync(CancellationToken stop)
    {
        await foreach (var id in asked.Reader.ReadAllAsync(stop))
        {
            await RunAsync(id, stop);
        }
    }

    async Task LeftAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(look, time);
        do
        {
            try
            {
                if (owners.IsMine(Looking))
                {
                    foreach (var open in await regulations.OpenAsync(stop))
                    {
                        await RunAsync(open, stop);
                    }
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                DriverLog.NotLooked(log, fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    // A step that fails says so itself and is made again at the next look.
    async Task RunAsync(string id, CancellationToken stop)
    {
        try
        {
            while (await GrainOf(id).StepAsync().AsTask().WaitAsync(stop))
            {
                stop.ThrowIfCancellationRequested();
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            DriverLog.Stopped(log, id, fault.Message);
        }
    }

    IRegulation GrainOf(string id) => grains.GetGrain<IRegulation>(CohortKey.Of(AgentKey.DefaultTenant, id));
}

internal static partial class DriverLog
{
    [LoggerMessage(631, LogLevel.Error, "Open requests about people could not be looked up; the next try is in a few seconds")]
    public static partial void NotLooked(ILogger log, Exception error);

    [LoggerMessage(632, LogLevel.Warning, "Request {Id} has stopped: {Why} It goes on in a few seconds")]
    public static partial void Stopped(ILogger log, string id, string why);
}
