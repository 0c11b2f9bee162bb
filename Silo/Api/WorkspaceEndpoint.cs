using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Programs;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api;

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
            .WithDescription("What only narrows limits is in force when answered (200). What loosens one waits for somebody else where somebody else could approve (202): proposal says what it loosens.")
            .Accepts<JsonElement>("application/json").Produces<WorkspaceReply>().Produces<WorkspaceReply>(StatusCodes.Status202Accepted).Refuses(400, 401, 403, 412, 415, 422, 428);
        routes.MapPost("/v1/workspace/transitions", MoveAsync).RequireScope(Scopes.Workspace)
            .WithTags("Workspace").WithName("MoveWorkspace").WithSummary("Approve the change of the settings that waits (live), or send or take it back (draft); needs If-Match. Nobody approves an own change")
            .Accepts<SettingsMoveBody>("application/json").Produces<WorkspaceReply>().Refuses(400, 401, 403, 409, 412, 415, 422, 428);
        routes.MapPost("/v1/killswitch", SwitchAsync).RequireScope(Scopes.Console)
            .WithTags("Workspace").WithName("KillSwitch").WithSummary("Stop or allow every activation; in force when answered")
            .Accepts<KillSwitchBody>("application/json").Produces<KillSwitchReply>().Refuses(400, 401, 403, 415);
    }

    static async Task<IResult> GetAsync(HttpContext context, ProgramAnswers answers, Actors actors, IClock clock, CancellationToken stop) => await ReplyAsync(context, answers, actors, clock, stop);

    static async Task<IResult> PutAsync(HttpContext context, ProgramAnswers answers, Actors actors, IClock clock, CancellationToken stop)
    {
        var (expected, bytes, refused) = await ProgramAnswers.EditAsync(context);
        if (refused is not null)
        {
            return refused;
        }

        if (WorkspaceSettingsJson.Parse(bytes) is not WorkspaceSettingsParse.Ok { Settings: var settings })
        {
            return ProgramAnswers.Invalid("invalid_settings", "The settings are not valid", ((WorkspaceSettingsParse.Bad)WorkspaceSettingsJson.Parse(bytes)).Errors);
        }

        if (await answers.MisfitsAsync(settings) is { } misfits)
        {
            return misfits;
        }

        var change = await answers.Catalogue.ProposeSettingsAsync(WorkspaceSettingsJson.Write(settings), expected, await actors.CardAsync(context, stop));
        await answers.InForceAsync(stop);
        return change.Status == ChangeStatus.Stale ? ProgramAnswers.Stale(change.Version, change.Detail)
            : await ReplyAsync(context, answers, actors, clock, stop, change.State == "in_review" ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    static async Task<IResult> MoveAsync(HttpContext context, ProgramAnswers answers, Actors actors, IClock clock, CancellationToken stop)
    {
        var (expected, refused) = ProgramAnswers.Expected(context);
        if (refused is not null)
        {
            return refused;
        }

        var (body, fault) = await JsonBody.ReadAsync<SettingsMoveBody>(context);
        if (fault is not null)
        {
            return fault;
        }

        // Programs may have changed since it was written: what fitted then must fit now.
        if (body!.To == "live" && (await StoredAsync(answers)).Draft is { } draft && await answers.MisfitsAsync(ProgramDocuments.Settings(draft)) is { } misfits)
        {
            return misfits;
        }

        var change = await answers.Catalogue.MoveSettingsAsync(body.To, Cut(body.Reason), expected, await actors.CardAsync(context, stop));
        await answers.InForceAsync(stop);
        return change.Status == ChangeStatus.Done ? await ReplyAsync(context, answers, actors, clock, stop) : await answers.AnswerAsync(context, "", change, stop);
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

        var change = await answers.Catalogue.SetKillSwitchAsync(body.On, Cut(body.Reason), await actors.CardAsync(context, stop));
        await answers.InForceAsync(stop);
        return Wire.Json(new KillSwitchReply(body.On, change.Version));
    }

    static async Task<IResult> ReplyAsync(HttpContext context, ProgramAnswers answers, Actors actors, IClock clock, CancellationToken stop, int status = StatusCodes.Status200OK)
    {
        var stored = await StoredAsync(answers);
        var actor = await actors.OfAsync(context, stop);
        context.Response.Headers.ETag = ProgramAnswers.Tag(stored.Version);
        var document = SettingsFlow.Document(stored);
        var waiting = stored is { Draft: { } draft, Proposal: { } proposal }
            ? new SettingsProposalReply(draft, SettingsFlow.Loosened(stored, draft, clock.Now), ProgramChanges.InWords(document, draft), proposal.Editors, proposal.SubmittedBy, SettingsReview.Open(proposal, actor))
            : null;
        return Wire.Json(new WorkspaceReply(stored.Version, document, stored.KillSwitch, stored.KillSwitch ? stored.Reason : null, waiting, actor.FourEyes), status);
    }

    static async ValueTask<StoredSettings> StoredAsync(ProgramAnswers answers) => JsonSerializer.Deserialize<StoredSettings>(await answers.Catalogue.SettingsAsync())!;

    static string Cut(string? reason) => reason is null ? "" : reason.Length > LongestReason ? reason[..LongestReason] : reason;
}
