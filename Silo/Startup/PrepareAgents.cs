using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Schedules;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Startup;

/// <summary>Before anything is served: this silo has the rules, programs named by configuration are loaded, and every schedule shard has its heartbeat.</summary>
public sealed class PrepareAgents(RulesCache rules, ProgramFiles files, IGrainFactory grains, IClock clock, Readiness readiness, IEventLog eventLog) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await rules.RefreshAsync(cancellationToken);
        await files.LoadAsync(cancellationToken);
        await rules.RefreshAsync(cancellationToken);
        if (!clock.Simulated)
        {
            await Task.WhenAll(Enumerable.Range(0, eventLog.Partitions).Select(shard => grains.GetGrain<IScheduleShard>(shard).ArmAsync().AsTask()));
        }

        readiness.Ready();
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        readiness.Leaving();
        return Task.CompletedTask;
    }
}

/// <summary>Whether the silo serves.</summary>
public sealed class Readiness
{
    volatile bool ready;

    /// <summary>Rules are there and the schedule runs.</summary>
    public bool IsReady => ready;

    /// <summary>It serves from now on.</summary>
    public void Ready() => ready = true;

    /// <summary>It is going: no new requests.</summary>
    public void Leaving() => ready = false;
}
