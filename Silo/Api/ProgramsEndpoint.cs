using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>/v1/programs</c>: list, create, read, replace.</summary>
static class ProgramsEndpoint
{
    public const string Scope = "admin:programs";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var programs = routes.MapGroup("/v1/programs").RequireScope(Scope).WithTags("Programs");
        programs.MapGet("", ListAsync).WithName("Programs").WithSummary("All programs with version and state").Produces<PageOf<ProgramItem>>().Refuses(401, 403);
        programs.MapPost("", CreateAsync).WithName("CreateProgram").WithSummary("Create a program as a draft")
            .WithDescription("The document is described in docs/program-file.md. Unknown fields are refused; every fault is named by its JSON pointer; each message is rendered once with its defaults.")
            .Accepts<JsonElement>("application/json").Produces<ProgramItem>(StatusCodes.Status201Created).Refuses(400, 401, 403, 409, 415, 422);
        programs.MapGet("/{id}", GetAsync).WithName("Program").WithSummary("A program's document; ?version=n for an earlier one")
            .Produces<ProgramReply>().Refuses(400, 401, 403, 404);
        programs.MapPut("/{id}", PutAsync).WithName("PutProgram").WithSummary("Replace a program; needs If-Match with the ETag that was read")
            .Accepts<JsonElement>("application/json").Produces<ProgramItem>().Refuses(400, 401, 403, 404, 412, 415, 422, 428);
        programs.MapPost("/{id}/transitions", TransitionAsync).WithName("TransitionProgram").WithSummary("Move a program to another state: live, paused, archived")
            .Accepts<TransitionBody>("application/json").Produces<ProgramItem>().Refuses(400, 401, 403, 404, 409, 415);
    }

    static async Task<IResult> ListAsync(ProgramAnswers answers)
    {
        var newest = await answers.Catalogue.NewestAsync(0);
        return Wire.Json(new PageOf<ProgramItem>([.. newest.Programs.Select(program => new ProgramItem(program.Id, program.Version, program.State, Name(program.Document)))], null));
    }

    static async Task<IResult> CreateAsync(HttpContext context, ProgramAnswers answers, CancellationToken stop)
    {
        var (program, fault) = await answers.ReadAsync(context);
        if (fault is not null)
        {
            return fault;
        }

        if (await answers.FindAsync(program!.Id) is { } known)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "already_exists", "The program exists", $"There is a program '{known.Id}' at version {known.Version}; replace it by PUT, or take another id.", [new("/id", "already_exists", known.Id)]);
        }

        var change = await answers.Catalogue.PutProgramAsync(program.Id, ProgramJson.Write(program), 0);
        await answers.InForceAsync(stop);
        context.Response.Headers.Location = $"/v1/programs/{Uri.EscapeDataString(program.Id)}";
        return ProgramAnswers.Answer(context, program.Id, program.Name, change, StatusCodes.Status201Created);
    }

    static async Task<IResult> GetAsync(HttpContext context, string id, string? version, ProgramAnswers answers, IProgramVersions versions, CancellationToken stop)
    {
        if (await answers.FindAsync(id) is not { } newest)
        {
            return Problems.NotFound("program", id);
        }

        if (version is null)
        {
            context.Response.Headers.ETag = ProgramAnswers.Tag(newest.Version);
            return Wire.Json(new ProgramReply(id, newest.Version, newest.State, Element(newest.Document)));
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
        return Wire.Json(new ProgramReply(id, wanted, earlier.State.ToString().ToLowerInvariant(), Element(ProgramJson.Write(earlier))));
    }

    static async Task<IResult> PutAsync(HttpContext context, string id, ProgramAnswers answers, CancellationToken stop)
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

        if (await answers.FindAsync(id) is null)
        {
            return Problems.Of(StatusCodes.Status404NotFound, "not_found", "Not found", $"There is no program '{id}'; POST /v1/programs makes a new one.");
        }

        var change = await answers.Catalogue.PutProgramAsync(id, ProgramJson.Write(program), expected);
        await answers.InForceAsync(stop);
        return ProgramAnswers.Answer(context, id, program.Name, change);
    }

    static async Task<IResult> TransitionAsync(HttpContext context, string id, ProgramAnswers answers, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<TransitionBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        var change = await answers.Catalogue.TransitionAsync(id, body!.To, body.Reason ?? "");
        await answers.InForceAsync(stop);
        return ProgramAnswers.Answer(context, id, await answers.FindAsync(id) is { } stored ? Name(stored.Document) : null, change);
    }

    static JsonElement Element(byte[] utf8) => JsonElement.Parse(utf8);

    static string? Name(byte[] document) => Element(document).TryGetProperty("name", out var name) ? name.GetString() : null;
}

/// <summary>Where a program is to go, and why.</summary>
public sealed record TransitionBody(string To, string? Reason = null);
