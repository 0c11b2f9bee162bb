using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api;

/// <summary>Settings of the workspace at one version.</summary>
public sealed record WorkspaceReply(long Version, JsonElement Document, bool KillSwitch, string? KillSwitchReason);

/// <summary>Body of the kill switch.</summary>
public sealed record KillSwitchBody(bool On, string? Reason = null);

/// <summary>Whether activations are stopped.</summary>
public sealed record KillSwitchReply(bool On, long Version);

/// <summary><c>/v1/workspace</c> and <c>POST /v1/killswitch</c>.</summary>
static class WorkspaceEndpoint
{
    const int LongestReason = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/workspace", GetAsync).RequireScope(Scopes.Console)
            .WithTags("Workspace").WithName("Workspace").WithSummary("Settings that hold for every program: time zone and guardrails")
            .Produces<WorkspaceReply>().Refuses(401, 403);
        routes.MapPut("/v1/workspace", PutAsync).RequireScope(Scopes.Workspace)
            .WithTags("Workspace").WithName("PutWorkspace").WithSummary("Replace the settings; needs If-Match with the ETag that was read")
            .Accepts<JsonElement>("application/json").Produces<WorkspaceReply>().Refuses(400, 401, 403, 412, 415, 422, 428);
        routes.MapPost("/v1/killswitch", SwitchAsync).RequireScope(Scopes.Console)
            .WithTags("Workspace").WithName("KillSwitch").WithSummary("Stop or allow every activation; in force when answered")
            .Accepts<KillSwitchBody>("application/json").Produces<KillSwitchReply>().Refuses(400, 401, 403, 415);
    }

    static async Task<IResult> GetAsync(HttpContext context, ProgramAnswers answers) => await ReplyAsync(context, answers);

    static async Task<IResult> PutAsync(HttpContext context, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var (expected, refused) = ProgramAnswers.Expected(context);
        if (refused is not null)
        {
            return refused;
        }

        var (bytes, unreadable) = await Bodies.BytesAsync(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (WorkspaceSettingsJson.Parse(bytes) is not WorkspaceSettingsParse.Ok { Settings: var settings })
        {
            return ProgramAnswers.Invalid("invalid_settings", "The settings are not valid", ((WorkspaceSettingsParse.Bad)WorkspaceSettingsJson.Parse(bytes)).Errors);
        }

        if (await answers.MisfitsAsync(settings) is { } misfits)
        {
            return misfits;
        }

        var change = await answers.Catalogue.PutSettingsAsync(WorkspaceSettingsJson.Write(settings), expected, await actors.CardAsync(context, stop));
        await answers.InForceAsync(stop);
        return change.Status == ChangeStatus.Stale ? ProgramAnswers.Stale(change.Version, change.Detail) : await ReplyAsync(context, answers);
    }

    static async Task<IResult> SwitchAsync(HttpContext context, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<KillSwitchBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        // Stopping is easier than letting go on.
        if ((body!.On ? Scopes.Pause : Scopes.Resume) is var needed && !context.Caller().May(needed))
        {
            return KeyAuthentication.Lacks(context.Caller(), needed);
        }

        var reason = body.Reason ?? "";
        var change = await answers.Catalogue.SetKillSwitchAsync(body.On, reason.Length > LongestReason ? reason[..LongestReason] : reason, await actors.CardAsync(context, stop));
        await answers.InForceAsync(stop);
        return Wire.Json(new KillSwitchReply(body.On, change.Version));
    }

    static async Task<IResult> ReplyAsync(HttpContext context, ProgramAnswers answers)
    {
        var stored = JsonSerializer.Deserialize<StoredSettings>((await answers.Catalogue.NewestAsync(0)).Settings)!;
        var document = stored.Document ?? JsonElement.Parse(WorkspaceSettingsJson.Write(new WorkspaceSettings()));
        context.Response.Headers.ETag = ProgramAnswers.Tag(stored.Version);
        return Wire.Json(new WorkspaceReply(stored.Version, document, stored.KillSwitch, stored.KillSwitch ? stored.Reason : null));
    }
}
