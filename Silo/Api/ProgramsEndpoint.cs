using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>/v1/programs</c>: list, create, read, write the next version.</summary>
static class ProgramsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var programs = routes.MapGroup("/v1/programs").WithTags("Programs");
        programs.MapGet("", ListAsync).RequireScope(Scopes.Console).WithName("Programs").WithSummary("All programs with version, state and the change on its way").Produces<PageOf<ProgramItem>>().Refuses(401, 403);
        programs.MapPost("", CreateAsync).RequireScope(Scopes.Programs).WithName("CreateProgram").WithSummary("Create a program as a draft; ?dryRun=true only checks it")
            .WithDescription("The document is described in docs/program-file.md. Unknown fields are refused; every fault is named by its JSON pointer; each message is rendered once with its defaults.")
            .Accepts<JsonElement>("application/json").Produces<ProgramItem>(StatusCodes.Status201Created).Refuses(400, 401, 403, 409, 415, 422);
        programs.MapGet("/{id}", GetAsync).RequireScope(Scopes.Console).WithName("Program").WithSummary("A program's document: the draft where there is one, ?state=live for what serves, ?version=n for an earlier one; ?outline=true without its messages")
            .Produces<ProgramReply>().Refuses(400, 401, 403, 404);
        programs.MapPut("/{id}", PutAsync).RequireScope(Scopes.Programs).WithName("PutProgram").WithSummary("Write the draft of the next version; needs If-Match with the ETag that was read. What is live goes on; ?dryRun=true only shows the changes")
            .Accepts<JsonElement>("application/json").Produces<ProgramItem>().Refuses(400, 401, 403, 404, 409, 412, 415, 422, 428);
    }

    static async Task<IResult> ListAsync(HttpContext context, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var actor = await actors.OfAsync(context, stop);
        return Wire.Json(new PageOf<ProgramItem>([.. (await answers.Catalogue.HeadsAsync()).Select(head => ProgramAnswers.Item(head, actor))], null));
    }

    static async Task<IResult> CreateAsync(HttpContext context, bool? dryRun, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var (program, fault) = await answers.ReadAsync(context);
        if (fault is not null)
        {
            return fault;
        }

        if (await answers.Catalogue.DetailAsync(program!.Id) is { } known)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "already_exists", "The program exists", $"There is a program '{known.Id}' at version {known.Version}; replace it by PUT, or take another id.", [new("/id", "already_exists", known.Id)]);
        }

        if (dryRun == true)
        {
            return Wire.Json(new DryRunReply(program.Id, 0, [], "a new program"));
        }

        var change = await answers.Catalogue.EditAsync(program.Id, ProgramJson.Write(program), 0, await actors.CardAsync(context, stop));
        context.Response.Headers.Location = $"/v1/programs/{Uri.EscapeDataString(program.Id)}";
        return await answers.AnswerAsync(context, program.Id, change, stop, StatusCodes.Status201Created);
    }

    static async Task<IResult> GetAsync(HttpContext context, string id, string? version, string? state, bool? outline, ProgramAnswers answers, Actors actors, IProgramVersions versions, CancellationToken stop)
    {
        if (await answers.Catalogue.DetailAsync(id) is not { } detail)
        {
            return Problems.NotFound("program", id);
        }

        if (state is not (null or "live"))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_state", "The state is not valid", $"state is 'live' or left out; it is '{state}'.");
        }

        var actor = await actors.OfAsync(context, stop);
        if (version is null)
        {
            var document = state is null && detail.Draft.Length > 0 ? detail.Draft : detail.Live;
            if (document.Length == 0)
            {
                return Problems.Of(StatusCodes.Status404NotFound, "never_live", "Never published", $"Program '{id}' was never live; without ?state=live you get its draft.");
            }

            context.Response.Headers.ETag = ProgramAnswers.Tag(detail.Version);
            var whole = JsonElement.Parse(document);
            return Wire.Json(ProgramAnswers.Reply(detail, outline == true ? Outline(whole) : whole, actor) with { Messages = whole.GetProperty("messages").GetArrayLength() });
        }

        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_version", "The version is not valid", $"version must be a whole number; it is '{version}'.");
        }

        if (await versions.AtAsync(AgentKey.DefaultTenant, id, wanted, stop) is not { } earlier)
        {
            return Problems.NotFound("program", $"{id} version {wanted}");
        }

        context.Response.Headers.ETag = ProgramAnswers.Tag(wanted);
        return Wire.Json(new ProgramReply(id, wanted, Workflows.Name(earlier.State), JsonElement.Parse(ProgramJson.Write(earlier)), wanted, null, []));
    }

    static JsonElement Outline(JsonElement document) =>
        JsonSerializer.SerializeToElement(document.EnumerateObject().Where(member => member.Name != "messages").ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal));

    static async Task<IResult> PutAsync(HttpContext context, string id, bool? dryRun, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var (expected, refused) = ProgramAnswers.Expected(context);
        if (refused is not null)
        {
            return refused;
        }

        var (program, fault) = await answers.ReadAsync(context);
        if (fault is not null)
        {
            return fault;
        }

        if (program!.Id != id)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "id_mismatch", "Another program", $"The document is that of '{program.Id}', the address that of '{id}'.", [new("/id", "id_mismatch", program.Id)]);
        }

        if (await answers.Catalogue.DetailAsync(id) is not { } detail)
        {
            return Problems.Of(StatusCodes.Status404NotFound, "not_found", "Not found", $"There is no program '{id}'; POST /v1/programs makes a new one.");
        }

        if (dryRun == true)
        {
            return ProgramAnswers.DryRun(detail, ProgramJson.Write(program), expected);
        }

        var change = await answers.Catalogue.EditAsync(id, ProgramJson.Write(program), expected, await actors.CardAsync(context, stop));
        return await answers.AnswerAsync(context, id, change, stop);
    }
}
