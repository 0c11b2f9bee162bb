using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Simulation;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Evidence.Operations;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Evidence.Simulations;

/// <summary>Simulates a program, counts its goal and renders its messages for real users; keeps the newest result of each program.</summary>
sealed class SimulationWork(IDocumentStore documents, IAgentStore store, RulesCache rules, MessageRenderer renderer, IClock clock, TimeProvider time, IOptions<GrainsOptions> options)
{
    const string Kind = "simulation";
    const int MostRenders = 20_000, MostFaults = 5;

    static readonly TimeSpan goalDays = TimeSpan.FromDays(28), look = TimeSpan.FromMilliseconds(250);

    /// <summary>The newest result of a program; null = never simulated.</summary>
    public async ValueTask<SimulationResult?> NewestAsync(string programId, CancellationToken stop) =>
        await documents.ReadAsync(AgentKey.DefaultTenant, Kind, programId, stop) is { } stored ? SimulationResult.Unpack(stored.Content.Span) : null;

    /// <summary>Does it.</summary>
    public async Task<JsonElement?> RunAsync(ProgramDefinition program, SimulationPlan plan, OperationContext context)
    {
        var settings = rules.Current.Settings;
        var past = plan.World == SimulatedWorld.Past ? await PastAsync(plan.Users, context.Stop) : null;
        var (done, of) = (0, 1);
        // A day of many users is minutes of arithmetic: on a thread of its own, told about from here.
        var running = Task.Factory.StartNew(
            () => ProgramSimulation.Run(program, settings, plan, (days, all) => (done, of) = (days, all), context.Stop, past),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (await Task.WhenAny(running, Task.Delay(look, time)) != running)
        {
            await context.Tell(0.95 * done / of, done < ProgramSimulation.DaysBefore ? "users get used to the app" : $"day {done - ProgramSimulation.DaysBefore} of {plan.Days}");
        }

        var result = await running with { RanAt = clock.Now.ToDateTimeOffset() };
        if (!result.Partial)
        {
            await context.Tell(0.96, "counting the goal and rendering messages");
            result = await MeetAsync(program, result, context.Stop);
        }

        await documents.WriteAsync(AgentKey.DefaultTenant, Kind, program.Id, null, result.Pack(), keepHistory: false, CancellationToken.None);
        return JsonSerializer.SerializeToElement(SimulationReply.Of(result), Wire.Options);
    }

    /// <summary>The first users of the panel, which is a sample of everybody.</summary>
    public async Task<PastLives> PastAsync(int users, CancellationToken stop)
    {
        var agents = new List<AgentState>(users);
        await foreach (var one in store.PanelAsync(AgentKey.DefaultTenant, options.Value.PanelUsers, stop))
        {
            if (AgentStateCodec.Unpack(one.Record.Span) is var agent && PastLives.Suits(agent))
            {
                agents.Add(agent);
                if (agents.Count == users)
                {
                    break;
                }
            }
        }

        return new PastLives(agents, clock.Now);
    }

    async Task<SimulationResult> MeetAsync(ProgramDefinition program, SimulationResult result, CancellationToken stop)
    {
        var most = Math.Clamp(MostRenders / Math.Max(1, program.Messages.Length), 1, LaunchChecks.RenderedUsers);
        var (users, rendered, goals, faults) = (0L, 0, 0L, new List<string>());
        var (from, to) = (clock.Now - goalDays, clock.Now);
        await foreach (var one in store.PanelAsync(AgentKey.DefaultTenant, options.Value.PanelUsers, stop))
        {
            var agent = AgentStateCodec.Unpack(one.Record.Span);
            users++;
            foreach (ref readonly var e in agent.History.Between(from, to))
            {
                goals += program.Goal.Events.Contains(e.Type) ? 1 : 0;
            }

            if (rendered < most)
            {
                rendered++;
                Render(program, agent, faults);
            }
        }

        var agents = (await store.TotalsAsync(AgentKey.DefaultTenant, stop)).Agents;
        return result with
        {
            // The panel stands for everybody.
            GoalsSeen = users == 0 ? 0 : (long)Math.Round(goals * Math.Max(1, (double)agents / users)),
            RenderedUsers = rendered,
            RenderFaults = [.. faults],
        };
    }

    void Render(ProgramDefinition program, AgentState agent, List<string> faults)
    {
        var attributes = Attributes(agent);
        foreach (var message in program.Messages)
        {
            if (faults.Count >= MostFaults)
            {
                return;
            }

            try
            {
                renderer.Render(message, new RenderInputs(attributes, "dec_simulation", program.Id, clock.Now.ToDateTimeOffset()));
            }
            catch (RenderException fault)
            {
                faults.Add($"{message.Id}, {fault.Field}: {fault.Message}");
            }
        }
    }

    static ReadOnlyMemory<byte> Attributes(AgentState agent)
    {
        var all = new JsonObject();
        foreach (var (name, json) in agent.Attributes)
        {
            all[name] = JsonNode.Parse(json);
        }

        return Encoding.UTF8.GetBytes(all.ToJsonString());
    }
}
