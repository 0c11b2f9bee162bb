using System.Text;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Evidence.Exports;
using Aampe.Agents.Silo.Evidence.Operations;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Evidence.Counts;

/// <summary><c>POST /v1/experiments/{id}/count</c> and <c>GET /v1/experiments/{id}/users</c>: every user of an experiment, as sums and as lines.</summary>
static class CountsEndpoint
{
    const string Operation = "count";
    const int FlushEvery = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/experiments/{programId}/count", BeginAsync).RequireScope(Scopes.Experiments).WithTags("Evidence").WithName("CountExperiment")
            .WithSummary("Count an experiment over every user, where Table 1 usually reads the panel: 202 with an operation")
            .Produces<OperationRecord>(StatusCodes.Status202Accepted).Refuses(401, 403, 404, 409, 429);
        routes.MapGet("/v1/experiments/{programId}/users", UsersAsync).RequireScope(Scopes.Export).WithTags("Evidence").WithName("ExperimentUsers")
            .WithSummary("One line of CSV a user of the experiment: arm, what was received and done, and what was known before")
            .WithDescription("From these lines every figure of Table 1 can be computed again. User ids are pseudonyms by a keyed hash, the same as in exports, unless the key has users:pii.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").Refuses(401, 403, 404);
    }

    static async Task<IResult> BeginAsync(HttpContext context, string programId, Evidencing evidence, CensusWork work, OperationRunner runner, CancellationToken stop)
    {
        var (program, _, fault) = await evidence.FindAsync(programId, stop);
        if (fault is not null)
        {
            return fault;
        }

        return await OperationsEndpoint.BeginOnceAsync(context, runner, Operation, programId, "counted", operation => work.RunAsync(program!, operation), stop);
    }

    static async Task<IResult> UsersAsync(HttpContext context, string programId, Evidencing evidence, CensusWork work, Pseudonyms names, CancellationToken stop)
    {
        var (program, _, fault) = await evidence.FindAsync(programId, stop);
        if (fault is not null)
        {
            return fault;
        }

        var mayKnow = Caller.Of(context.User)!.May(Scopes.Contacts);
        var frame = await work.FrameAsync(program!, stop);
        context.Response.Headers["Aampe-Data-As-Of"] = frame.AsOf.ToString();
        return Results.Stream(body => WriteAsync(body, program!, frame, work, user => names.Of(user, mayKnow), stop), "text/csv; charset=utf-8", $"users-{programId}.csv");
    }

    static async Task WriteAsync(Stream body, ProgramDefinition program, TrialFrame frame, CensusWork work, Func<string, string> name, CancellationToken stop)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        await writer.WriteAsync(Csv.Line("user", "arm", "received", "intent", "goals", "value", "goals_before", "log_events_before", "log_goals_before", "log_days_silent", "log_days_known"));
        var lines = 0;
        await foreach (var row in work.RowsAsync(program, frame, stop))
        {
            if (row is null)
            {
                continue;
            }

            var known = row.Covariates;
            string? Before(int i) => known.IsEmpty ? null : Csv.Number(known[i]);
            await writer.WriteAsync(Csv.Line(
                name(row.Id[2..]), row.Arm, row.Received ? "1" : "0", row.Intent ? "1" : "0", Csv.Number(row.Goals), Csv.Number(row.Value), Csv.Number(row.GoalsBefore), Before(0), Before(1), Before(2), Before(3)));
            if (++lines % FlushEvery == 0)
            {
                await writer.FlushAsync(stop);
            }
        }
    }
}
