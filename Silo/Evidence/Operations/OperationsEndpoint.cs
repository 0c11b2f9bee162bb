using System.Text.Json;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Evidence.Operations;

/// <summary><c>/v1/operations/{id}</c>: how long work stands.</summary>
static class OperationsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var operations = routes.MapGroup("/v1/operations").RequireScope(Scopes.Console).WithTags("Evidence");
        operations.MapGet("/{id}", GetAsync).WithName("Operation").WithSummary("State and progress of long work: queued, running, done, failed, cancelled").Produces<OperationRecord>().Refuses(401, 403, 404);
        operations.MapPost("/{id}/cancel", CancelAsync).WithName("CancelOperation").WithSummary("Stop long work; what it had is kept where that means something").Produces<OperationRecord>().Refuses(401, 403, 404);
    }

    /// <summary>Begins work on something unless the same work on it is under way: 202 with where to look, 409 while it is, 429 when too much is.</summary>
    /// <param name="context">The request.</param>
    /// <param name="runner">Runs it.</param>
    /// <param name="kind">Kind of work.</param>
    /// <param name="subject">What it is done to.</param>
    /// <param name="doing">The kind as a participle, such as "counted".</param>
    /// <param name="work">The work.</param>
    /// <param name="stop">Ends the wait, not the work.</param>
    public static async Task<IResult> BeginOnceAsync(HttpContext context, OperationRunner runner, string kind, string subject, string doing, Func<OperationContext, Task<JsonElement?>> work, CancellationToken stop)
    {
        if (await runner.RunningAsync(kind, subject, stop) is { } already)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "already_running", $"It is being {doing}", $"'{subject}' is being {doing} by operation '{already.Id}'; wait for it or cancel it.");
        }

        return await runner.BeginAsync(kind, subject, Caller.Of(context.User)!.Id, work, stop) is { } begun ? Accepted(context, begun) : Busy();
    }

    /// <summary>202 with where to look.</summary>
    public static IResult Accepted(HttpContext context, OperationRecord begun)
    {
        context.Response.Headers.Location = $"/v1/operations/{begun.Id}";
        return Wire.Json(begun, StatusCodes.Status202Accepted);
    }

    /// <summary>Too many are under way.</summary>
    public static Problem Busy() => Problems.Of(
        StatusCodes.Status429TooManyRequests, "too_many_operations", "Too much at once", $"At most {OperationRunner.Most} operations run or wait on a silo; try again when one is over.").With("Retry-After", "10");

    static async Task<IResult> GetAsync(string id, OperationRunner runner, CancellationToken stop) =>
        await runner.FindAsync(id, stop) is { } found ? Wire.Json(found) : Problems.NotFound("operation", id);

    static async Task<IResult> CancelAsync(HttpContext context, string id, OperationRunner runner, CancellationToken stop)
    {
        if (await runner.FindAsync(id, stop) is not { } found)
        {
            return Problems.NotFound("operation", id);
        }

        var caller = Caller.Of(context.User)!;
        if (found.Owner != caller.Id && !caller.May("admin:programs"))
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "not_yours", "Somebody else's", $"Operation '{id}' was begun by another key; it needs admin:programs.");
        }

        return Wire.Json(await runner.CancelAsync(id, stop));
    }
}
