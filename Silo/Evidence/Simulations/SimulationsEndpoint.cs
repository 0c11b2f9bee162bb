using Aampe.Agents.Core.Simulation;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Evidence.Operations;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Evidence.Simulations;

/// <summary>What to simulate.</summary>
/// <param name="Users">Made-up users, or the most real ones of the past; 50 to 2,000.</param>
/// <param name="Days">Days, 7 to 42, of the past at most 14; users times days at most 30,000.</param>
/// <param name="Seed">The same seed gives the same numbers.</param>
/// <param name="World">usual, pessimistic, null or past.</param>
public sealed record SimulationBody(int Users, int Days, long Seed, SimulatedWorld World = SimulatedWorld.Usual);

/// <summary><c>POST /v1/programs/{id}/simulations</c> and <c>GET /v1/programs/{id}/launch-gate</c>.</summary>
static class SimulationsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/programs/{id}/simulations", BeginAsync).RequireScope(Scopes.Programs).WithTags("Evidence").WithName("Simulate")
            .WithSummary("Live the program through with made-up users, or with the last weeks of real ones: 202 with an operation; the result is kept for the launch gate")
            .WithDescription("The program's own rules, caps, quiet hours and learning, in memory; nobody is written to. The same seed gives the same numbers.")
            .Accepts<SimulationBody>("application/json").Produces<OperationRecord>(StatusCodes.Status202Accepted).Refuses(400, 401, 403, 404, 409, 415, 422, 429);
        routes.MapGet("/v1/programs/{id}/launch-gate", GateAsync).RequireScope(Scopes.Console).WithTags("Evidence").WithName("LaunchGate")
            .WithSummary("Checks that a program must pass before it goes live, with the newest simulation").Produces<LaunchGateReply>().Refuses(401, 403, 404);
    }

    static async Task<IResult> BeginAsync(HttpContext context, string id, LaunchGate gate, SimulationWork work, OperationRunner runner, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<SimulationBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        if (await gate.NextAsync(id) is not { Program: var program })
        {
            return Problems.NotFound("program", id);
        }

        var plan = new SimulationPlan(body!.Users, body.Days, body.Seed, body.World);
        if (plan.Fault is { } wrong)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_simulation", "The simulation is not valid", wrong.Detail, [new("/" + wrong.Field, "invalid_simulation", wrong.Detail)]);
        }

        if (plan.World == SimulatedWorld.Past && (await work.PastAsync(SimulationPlan.FewestUsers, stop)).Agents.Count < SimulationPlan.FewestUsers)
        {
            var few = $"The past needs {SimulationPlan.FewestUsers} users who have been seen; there are fewer. Send events first, or choose world usual.";
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_simulation", "The simulation is not valid", few, [new("/world", "invalid_simulation", few)]);
        }

        return await OperationsEndpoint.BeginOnceAsync(context, runner, "simulation", id, "simulated", operation => work.RunAsync(program, plan, operation), stop);
    }

    static async Task<IResult> GateAsync(string id, LaunchGate gate, SimulationWork work, OperationRunner runner, CancellationToken stop)
    {
        if (await gate.NextAsync(id) is not (var program, var state))
        {
            return Problems.NotFound("program", id);
        }

        var newest = await work.NewestAsync(id, stop);
        var checks = await gate.ChecksAsync(program, stop);
        return Wire.Json(new LaunchGateReply(
            id, program.Name, state, program.Version, LaunchChecks.Pass(checks), checks, newest is null ? null : SimulationReply.Of(newest), await runner.RunningAsync("simulation", id, stop)));
    }
}
