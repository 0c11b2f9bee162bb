using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Silo.Startup;

/// <summary>Before anything is served: this silo has the rules, and programs named by configuration are loaded.</summary>
public sealed class PrepareAgents(RulesCache rules, ProgramFiles files, Readiness readiness, PatientStart patient) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await patient.RunAsync("Asking for the rules", rules.RefreshAsync, cancellationToken);
        await patient.RunAsync("Loading programs from files", files.LoadAsync, cancellationToken);
        await patient.RunAsync("Asking for the rules", rules.RefreshAsync, cancellationToken);
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
