using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Simulation;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Evidence.Simulations;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api;

/// <summary>The way of a change: review, publication, remarks, differences. Who may do what is decided by <c>Core.Workflow</c>.</summary>
static class ProgramMovesEndpoint
{
    const int LongestReason = 500, LongestRemark = 2_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var programs = routes.MapGroup("/v1/programs/{id}").WithTags("Programs");
        programs.MapPost("/transitions", TransitionAsync).RequireScope(Scopes.Console).WithName("TransitionProgram")
            .WithSummary("Send a program or its change to another state: in_review, approved, draft (send back), live, paused, archived. In force on every silo when answered")
            .WithDescription("Nobody approves a change that they wrote on, as long as somebody else could. 409 invalid_transition lists what is possible, 403 own_change and missing_role say who has to act.")
            .Accepts<TransitionBody>("application/json").Produces<ProgramItem>().Refuses(400, 401, 403, 404, 409, 412, 415, 422);
        programs.MapDelete("/draft", DiscardAsync).RequireScope(Scopes.Programs).WithName("DiscardDraft").WithSummary("Drop the change on its way; a program that was never live is gone with it")
            .Produces(StatusCodes.Status204NoContent).Refuses(401, 403, 404, 409, 412);
        programs.MapPost("/remarks", RemarkAsync).RequireScope(Scopes.Console).WithName("RemarkOnDraft").WithSummary("Say something about the change on its way")
            .Accepts<RemarkBody>("application/json").Produces<ProgramItem>().Refuses(400, 401, 403, 404, 415, 422);
        programs.MapGet("/diff", DifferenceAsync).RequireScope(Scopes.Console).WithName("ProgramDifference").WithSummary("What differs, field by field and word by word; from=live&to=draft unless versions are named; limit= the first so many fields")
            .Produces<DifferenceReply>().Refuses(400, 401, 403, 404);
    }

    static async Task<IResult> TransitionAsync(HttpContext context, string id, ProgramAnswers answers, Actors actors, LaunchGate gate, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<TransitionBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        var (expected, stale) = ProgramAnswers.ExpectedIfStated(context);
        if (stale is not null)
        {
            return stale;
        }

        var reason = body!.Reason?.Trim() ?? "";
        if (reason.Length > LongestReason || body.Override && reason.Length == 0)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_transition", "The reason is not valid",
                body.Override && reason.Length == 0 ? "To publish although a check fails needs a reason." : $"reason has {reason.Length} characters; at most {LongestReason}.", [new("/reason", "length", $"1 to {LongestReason} characters")]);
        }

        var failing = await gate.FailingAsync(id, body.To, await actors.OfAsync(context, stop), stop);
        if (failing.Length > 0)
        {
            if (!body.Override)
            {
                return ChecksFailed(failing);
            }

            if (!context.Caller().May(Scopes.Override))
            {
                return KeyAuthentication.Lacks(context.Caller(), Scopes.Override);
            }

            reason = $"{reason} (although these checks fail: {string.Join(", ", failing.Select(check => check.Id))})";
        }

        var change = await answers.Catalogue.MoveAsync(id, body.To, reason, expected, await actors.CardAsync(context, stop));
        await answers.InForceAsync(stop);
        return await answers.AnswerAsync(context, id, change, stop);
    }

    static Problem ChecksFailed(ImmutableArray<LaunchCheck> failing) => Problems.Of(
        StatusCodes.Status409Conflict, "checks_failed", "Not ready to go live",
        $"{failing.Length} of the launch checks fail: {string.Join("; ", failing.Select(check => $"{check.Name} ({check.Detail.TrimEnd('.')})"))}. Somebody with the role admin can publish all the same: send override: true with a reason.",
        [.. failing.Select(check => new ProblemError("/" + check.Id, "check_failed", $"{check.Detail} {check.Fix}"))]);

    static async Task<IResult> DiscardAsync(HttpContext context, string id, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var (expected, stale) = ProgramAnswers.ExpectedIfStated(context);
        if (stale is not null)
        {
            return stale;
        }

        var change = await answers.Catalogue.DiscardAsync(id, expected, await actors.CardAsync(context, stop));
        return change.Status == Grains.Interfaces.Programs.ChangeStatus.Done ? TypedResults.NoContent() : await answers.AnswerAsync(context, id, change, stop);
    }

    static async Task<IResult> RemarkAsync(HttpContext context, string id, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<RemarkBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        var text = body!.Text.Trim();
        if (text.Length is 0 or > LongestRemark)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_remark", "The remark is not valid", $"text must have 1 to {LongestRemark} characters; it has {text.Length}.", [new("/text", "length", $"1 to {LongestRemark} characters")]);
        }

        return await answers.AnswerAsync(context, id, await answers.Catalogue.RemarkAsync(id, text, await actors.CardAsync(context, stop)), stop);
    }

    static async Task<IResult> DifferenceAsync(HttpContext context, string id, string? from, string? to, ProgramAnswers answers, IProgramVersions versions, CancellationToken stop)
    {
        var (limit, many) = context.Request.Query.ContainsKey("limit") ? Paging.Limit(context) : (int.MaxValue, null);
        if (many is not null)
        {
            return many;
        }

        if (await answers.Catalogue.DetailAsync(id) is not { } detail)
        {
            return Problems.NotFound("program", id);
        }

        async ValueTask<(JsonElement? Document, Problem? Fault)> Named(string name)
        {
            if (name is "live" or "draft")
            {
                var bytes = name == "live" ? detail.Live : detail.Draft.Length > 0 ? detail.Draft : detail.Live;
                return (bytes.Length == 0 ? JsonElement.Parse("{}") : JsonElement.Parse(bytes), null);
            }

            return !long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? (null, Problems.Of(StatusCodes.Status400BadRequest, "invalid_version", "The version is not valid", $"from and to are a version number, live or draft; one is '{name}'."))
                : await versions.AtAsync(AgentKey.DefaultTenant, id, version, stop) is { } program
                    ? (JsonElement.Parse(ProgramJson.Write(program)), null)
                    : (null, Problems.NotFound("program", $"{id} version {version}"));
        }

        var (before, odd) = await Named(from ?? "live");
        var (after, other) = await Named(to ?? "draft");
        if ((odd ?? other) is { } unknown)
        {
            return unknown;
        }

        var changes = DocumentChanges.Between(before!.Value, after!.Value);
        return Wire.Json(new DifferenceReply(id, from ?? "live", to ?? "draft", ProgramAnswers.Changes(changes.Take(limit)), ProgramChanges.InWords(changes), changes.Count));
    }
}
