using System.Security.Cryptography;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Privacy;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>A request about people.</summary>
/// <param name="Kind">delete, suppress, unsuppress or suppress_and_delete.</param>
/// <param name="UserIds">1 to 5,000 ids of known users.</param>
/// <param name="Reason">Why, 1 to 500 characters; never the person's name: it stays in the receipt.</param>
public sealed record RegulationBody(string Kind, IReadOnlyList<string> UserIds, string Reason);

/// <summary><c>/v1/privacy/regulations</c> and <c>DELETE /v1/users/{id}</c>.</summary>
static class RegulationEndpoints
{
    const int MostPeople = 5_000, LongestReason = 500;
    static readonly string[] kinds = ["delete", "suppress", "unsuppress", "suppress_and_delete"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/privacy/regulations", BeginAsync).RequireScope(Scopes.UsersErase)
            .WithTags("Privacy").WithName("Regulate").WithSummary("Erase, suppress or release people: an operation with a receipt")
            .WithDescription("Durable when answered; nothing of the people is taken or decided any more within seconds. Poll the receipt until its status is done.")
            .Accepts<RegulationBody>("application/json").Produces<RegulationReply>(StatusCodes.Status202Accepted).Refuses(400, 401, 403, 415, 422);
        routes.MapGet("/v1/privacy/regulations", ListAsync).RequireScope(Scopes.Privacy)
            .WithTags("Privacy").WithName("Regulations").WithSummary("Requests about people, newest first")
            .WithDescription("?userId= only those about one person, who is looked up by its keyed hash. limit 1 to 500, after = next of the page before.")
            .Produces<PageOf<RegulationItem>>().Refuses(400, 401, 403);
        routes.MapGet("/v1/privacy/regulations/{id}", ReceiptAsync).RequireScope(Scopes.UsersErase)
            .WithTags("Privacy").WithName("Regulation").WithSummary("The receipt of a request: rows removed store by store, cohorts before and after")
            .Produces<RegulationReply>().Refuses(401, 403, 404);
        routes.MapDelete("/v1/users/{id}", DeleteAsync).RequireScope(Scopes.UsersErase)
            .WithTags("Users").WithName("EraseUser").WithSummary("Erase one user: an operation with a receipt")
            .WithDescription("?reason= why (\"request of the person\" when absent); ?anonymous=true names an anonymous id that belongs to nobody yet.")
            .Produces<RegulationReply>(StatusCodes.Status202Accepted).Refuses(400, 401, 403, 409);
    }

    static async Task<IResult> BeginAsync(HttpContext context, RegulationDriver driver, Regulations regulations, IClock clock, CancellationToken stop)
    {
        var (body, unreadable) = await JsonBody.ReadAsync<RegulationBody>(context);
        return (unreadable ?? Check(body!)) is { } fault
            ? fault
            : await AcceptAsync(context, driver, regulations, clock, body!.Kind, [.. body.UserIds.Distinct(StringComparer.Ordinal).Select(id => AgentKey.User(AgentKey.DefaultTenant, id).Agent)], body.Reason, stop);
    }

    static async Task<IResult> DeleteAsync(HttpContext context, string id, string? reason, RegulationDriver driver, Regulations regulations, IGrainFactory grains, IClock clock, CancellationToken stop)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        if ((malformed ?? Reason(reason ?? "request of the person")) is { } fault)
        {
            return fault;
        }

        if (!agent.IsUser && Wire.Object((await grains.GetGrain<IUserAgent>(agent.ToString()).SnapshotAsync()).Json).Text("mergedInto") is { })
        {
            return Problems.Of(StatusCodes.Status409Conflict, "belongs_to_user", "The anonymous id belongs to a known user", "What was done under it has become a part of a known user: erase that user, and the anonymous id goes too.");
        }

        return await AcceptAsync(context, driver, regulations, clock, "delete", [agent.Agent], reason ?? "request of the person", stop);
    }

    static async Task<IResult> AcceptAsync(HttpContext context, RegulationDriver driver, Regulations regulations, IClock clock, string kind, string[] agents, string reason, CancellationToken stop)
    {
        var id = "reg_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        await driver.BeginAsync(id, new RegulationRequest(kind, agents, reason, Caller.Of(context.User)!.Actor, clock.Now, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
        context.Response.Headers.Location = $"/v1/privacy/regulations/{id}";
        return Wire.Json(RegulationReplies.Receipt((await regulations.FindAsync(id, stop))!, clock.Now), StatusCodes.Status202Accepted);
    }

    static async Task<IResult> ListAsync(HttpContext context, string? userId, string? after, Regulations regulations, PersonMarks marks, IClock clock, CancellationToken stop)
    {
        var (limit, fault) = Paging.Limit(context);
        if ((fault ?? (userId is null ? null : RouteIds.Fault(userId))) is { } wrong)
        {
            return wrong;
        }

        IEnumerable<RegulationState> all = await regulations.AllAsync(stop);
        if (userId is not null)
        {
            var hash = marks.HashOf(AgentKey.User(AgentKey.DefaultTenant, userId));
            all = all.Where(one => one.People.Exists(person => person.Hash == hash));
        }

        var wanted = all.ToList();
        var from = after is null ? 0 : wanted.FindIndex(one => one.Id == after) + 1;
        if (after is not null && from == 0)
        {
            return Paging.UnknownAfter(after);
        }

        var items = wanted.Skip(from).Take(limit).Select(one => RegulationReplies.Item(one, clock.Now)).ToArray();
        return Wire.Json(new PageOf<RegulationItem>(items, from + items.Length < wanted.Count ? items[^1].Id : null));
    }

    static async Task<IResult> ReceiptAsync(string id, Regulations regulations, IClock clock, CancellationToken stop) =>
        await regulations.FindAsync(id, stop) is { } found ? Wire.Json(RegulationReplies.Receipt(found, clock.Now)) : Problems.NotFound("request about people", id);

    static Problem? Check(RegulationBody body)
    {
        var faults = new List<ProblemError>();
        if (!kinds.Contains(body.Kind))
        {
            faults.Add(new("/kind", "not_allowed", $"kind must be one of {string.Join(", ", kinds)}; it is '{body.Kind}'."));
        }

        if (body.UserIds.Count is 0 or > MostPeople)
        {
            faults.Add(new("/userIds", "out_of_range", $"userIds must name 1 to {MostPeople} users; it names {body.UserIds.Count}."));
        }

        for (var i = 0; i < Math.Min(body.UserIds.Count, MostPeople); i++)
        {
            if (RouteIds.Fault(body.UserIds[i] ?? "") is { } wrong)
            {
                faults.Add(new($"/userIds/{i}", "invalid_user_id", wrong.Detail));
            }
        }

        if (Reason(body.Reason) is { } reason)
        {
            faults.Add(new("/reason", "out_of_range", reason.Detail));
        }

        return faults.Count == 0 ? null : Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_regulation", "The request is not valid", faults[0].Detail, [.. faults.Take(100)]);
    }

    static Problem? Reason(string reason) => reason.Trim().Length is > 0 and <= LongestReason
        ? null
        : Problems.Of(StatusCodes.Status400BadRequest, "invalid_reason", "The reason is not valid", $"reason must have 1 to {LongestReason} characters; it has {reason.Trim().Length}.");
}
