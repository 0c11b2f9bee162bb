using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>A program without its document.</summary>
public sealed record ProgramItem(string Id, long Version, string State, string? Name);

/// <summary>A program's document at one version.</summary>
public sealed record ProgramReply(string Id, long Version, string State, JsonElement Document);

/// <summary>What program routes share: reading and checking documents, versions in headers, answers of the catalogue.</summary>
sealed class ProgramAnswers(IGrainFactory grains, RulesEverywhere everywhere, MessageRenderer renderer)
{
    public IProgramCatalogue Catalogue => grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant);

    /// <summary>Every step that begins on any silo goes by what was changed.</summary>
    public Task InForceAsync(CancellationToken stop) => everywhere.RefreshAsync(stop);

    public async ValueTask<ProgramDocument?> FindAsync(string id) => (await Catalogue.NewestAsync(0)).Programs.FirstOrDefault(program => program.Id == id);

    /// <summary>The program of a body, checked whole, its copy rendered once; or everything that is wrong with it.</summary>
    public async ValueTask<(ProgramDefinition? Program, Problem? Fault)> ReadAsync(HttpContext context)
    {
        var (bytes, unreadable) = await Bodies.BytesAsync(context);
        if (unreadable is not null)
        {
            return (null, unreadable);
        }

        return ProgramJson.Parse(bytes) switch
        {
            ProgramParse.Ok ok when Copy(ok.Program) is { Count: > 0 } faults => (null, Invalid("invalid_program", "The program is not valid", faults)),
            ProgramParse.Ok ok => (ok.Program, null),
            ProgramParse.Bad bad => (null, Invalid("invalid_program", "The program is not valid", bad.Errors)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>400 for what is no such document at all, 422 for one that says something wrong.</summary>
    public static Problem Invalid(string code, string title, IReadOnlyList<ProgramError> errors)
    {
        var json = errors.FirstOrDefault(error => error.Code == ProgramErrorCode.InvalidJson);
        var malformed = json is not null || errors.Any(error => error.Code == ProgramErrorCode.UnknownField);
        var more = errors.Count > 1 ? $" ({errors.Count - 1} more in errors)" : "";
        return Problems.Of(
            malformed ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
            json is null ? code : "invalid_json",
            title,
            $"{(errors[0].Pointer.Length > 0 ? errors[0].Pointer + ": " : "")}{errors[0].Detail}{more}",
            [.. errors.Select(error => new ProblemError(error.Pointer, error.Code, error.Detail))]);
    }

    /// <summary>What a change came to; <paramref name="done"/> is the status of success.</summary>
    public static IResult Answer(HttpContext context, string id, string? name, ChangeResult change, int done = StatusCodes.Status200OK)
    {
        switch (change.Status)
        {
            case ChangeStatus.NotFound:
                return Problems.NotFound("program", id);
            case ChangeStatus.NotAllowed:
                return Problems.Of(StatusCodes.Status409Conflict, "invalid_transition", "Transition not allowed", change.Detail, [new("/to", "not_allowed", change.Detail)]);
            case ChangeStatus.Stale:
                return Stale(change.Version, change.Detail);
            default:
                context.Response.Headers.ETag = Tag(change.Version);
                return Wire.Json(new ProgramItem(id, change.Version, change.State, name), done);
        }
    }

    public static Problem Stale(long current, string detail) =>
        Problems.Of(StatusCodes.Status412PreconditionFailed, "stale_version", "Changed since it was read", $"{detail} Read it again and repeat the change.", [new("", "current_version", current.ToString(CultureInfo.InvariantCulture))])
            .With("ETag", Tag(current));

    public static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>The version that <c>If-Match</c> names; <c>*</c> is whatever it is.</summary>
    public static (long? Expected, Problem? Fault) Expected(HttpContext context)
    {
        var header = context.Request.Headers.IfMatch.ToString();
        if (header.Length == 0)
        {
            return (null, Problems.Of(StatusCodes.Status428PreconditionRequired, "if_match_required", "If-Match is needed", "Send If-Match with the ETag that was read, such as \"v7\", so that nobody's change is lost."));
        }

        if (header == "*")
        {
            return (null, null);
        }

        return header.Length > 3 && header.StartsWith("\"v", StringComparison.Ordinal) && header[^1] == '"' && long.TryParse(header.AsSpan(2, header.Length - 3), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (version, null)
            : (null, Problems.Of(StatusCodes.Status412PreconditionFailed, "stale_version", "Changed since it was read", $"If-Match must be an ETag of this object, such as \"v7\"; it is '{header}'."));
    }

    List<ProgramError> Copy(ProgramDefinition program)
    {
        var faults = new List<ProgramError>();
        for (var i = 0; i < program.Messages.Length; i++)
        {
            var at = i;
            faults.AddRange(renderer.Check(program.Messages[i]).Select(fault => new ProgramError(
                program.Messages[at].Content.ContainsKey(fault.Field) ? $"/messages/{at}/content/{fault.Field}" : $"/messages/{at}/variables", fault.Code, fault.Message)));
        }

        return faults;
    }
}
