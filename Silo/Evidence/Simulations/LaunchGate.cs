using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Simulation;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Silo.Api;

namespace Aampe.Agents.Silo.Evidence.Simulations;

/// <summary>What must hold before a program, or its next version, goes live.</summary>
sealed class LaunchGate(IGrainFactory grains, SimulationWork work, IClock clock)
{
    IProgramCatalogue Catalogue => grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant);

    /// <summary>The version that would go live next, the draft where there is one, and where the program stands; null when there is no such program.</summary>
    public async ValueTask<(ProgramDefinition Program, string State)?> NextAsync(string id)
    {
        if (await Catalogue.DetailAsync(id) is not { } detail)
        {
            return null;
        }

        return ProgramJson.Parse(detail.Draft.Length > 0 ? detail.Draft : detail.Live) is ProgramParse.Ok ok
            ? (ok.Program with { Version = checked((int)detail.Version) }, detail.State)
            : throw new InvalidDataException($"Program '{id}' version {detail.Version} cannot be read by this release.");
    }

    /// <summary>The checks of that version with its newest simulation.</summary>
    public async ValueTask<ImmutableArray<LaunchCheck>> ChecksAsync(ProgramDefinition program, CancellationToken stop)
    {
        var newest = await work.NewestAsync(program.Id, stop);
        // What is live is in force until the change takes its place.
        var running = await Catalogue.DetailAsync(program.Id) is { LiveVersion: > 0 } detail && ProgramJson.Parse(detail.Live) is ProgramParse.Ok live ? live.Program.Experiment : null;
        return LaunchChecks.Of(program, newest, newest?.GoalsSeen, running is null ? null : ExperimentPhases.Fault(running, program.Experiment, clock.Now));
    }

    /// <summary>Checks that a move would have to pass and does not; empty when it publishes nothing, or is not allowed anyway.</summary>
    public async ValueTask<ImmutableArray<LaunchCheck>> FailingAsync(string id, string to, WorkflowActor actor, CancellationToken stop) =>
        to == "live" && await Catalogue.DetailAsync(id) is { } detail && Workflows.Move(ProgramAnswers.Lifecycle(detail), to, actor) is Transition.Allowed { Publishes: true } && await NextAsync(id) is { Program: var program }
            ? [.. (await ChecksAsync(program, stop)).Where(check => !check.Passed)]
            : [];
}
