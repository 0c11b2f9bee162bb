using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Simulation;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Silo.Api;

namespace Aampe.Agents.Silo.Evidence.Simulations;

/// <summary>What must hold before a program, or its next version, goes live.</summary>
sealed class LaunchGate(IGrainFactory grains, SimulationWork work)
{
    IProgramCatalogue Catalogue => grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant);

    /// <summary>The version that would go live next: the draft where there is one; null when there is no such program.</summary>
    public async ValueTask<ProgramDefinition?> NextAsync(string id) =>
        await Catalogue.DetailAsync(id) is { } detail && ProgramJson.Parse(detail.Draft.Length > 0 ? detail.Draft : detail.Live) is ProgramParse.Ok ok
            ? ok.Program with { Version = checked((int)detail.Version), State = detail.Live.Length == 0 ? ProgramState.Draft : Enum.Parse<ProgramState>(detail.State, ignoreCase: true) }
            : null;

    /// <summary>The checks of that version with its newest simulation.</summary>
    public async ValueTask<ImmutableArray<LaunchCheck>> ChecksAsync(ProgramDefinition program, CancellationToken stop)
    {
        var newest = await work.NewestAsync(program.Id, stop);
        return LaunchChecks.Of(program, newest, newest?.GoalsSeen);
    }

    /// <summary>Checks that a move would have to pass and does not; empty when it publishes nothing, or is not allowed anyway.</summary>
    public async ValueTask<ImmutableArray<LaunchCheck>> FailingAsync(string id, string to, WorkflowActor actor, CancellationToken stop) =>
        to == "live" && await Catalogue.DetailAsync(id) is { } detail && Workflows.Move(ProgramAnswers.Lifecycle(detail), to, actor) is Transition.Allowed { Publishes: true } && await NextAsync(id) is { } program
            ? [.. (await ChecksAsync(program, stop)).Where(check => !check.Passed)]
            : [];
}
