using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api;

/// <summary>What program routes share: reading and checking documents, versions in headers, answers of the catalogue.</summary>
sealed class ProgramAnswers(IGrainFactory grains, RulesEverywhere everywhere, MessageRenderer renderer, Actors actors, RulesCache rules)
{
    public IProgramCatalogue Catalogue => grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant);

    /// <summary>Every step that begins on any silo goes by what was changed.</summary>
    public Task InForceAsync(CancellationToken stop) => everywhere.RefreshAsync(stop);

    /// <summary>The program of a body, checked whole, its copy rendered once; or everything that is wrong with it.</summary>
    public async ValueTask<(ProgramDefinition? Program, Problem? Fault)> ReadAsync(HttpContext context)
    {
        var (bytes, unreadable) = await Bodies.BytesAsync(context);
        if (unreadable is not null)
        {
            return (null, unreadable);
        }

        var (program, faults) = Check(bytes);
        return faults.Count > 0 ? (null, Invalid("invalid_program", "The program is not valid", faults)) : (program, null);
    }

    /// <summary>A document checked whole and against the workspace, its copy rendered once.</summary>
    /// <param name="written">Ids of the messages that this change wrote: the others are stored already, so their copy was rendered before. Null = all are new.</param>
    public (ProgramDefinition? Program, IReadOnlyList<ProgramError> Faults) Check(byte[] bytes, IReadOnlyCollection<string>? written = null) => ProgramJson.Parse(bytes) switch
    {
        ProgramParse.Ok ok when Misfits(ok.Program, rules.Current.Settings) is { Count: > 0 } misfits => (null, misfits),
        ProgramParse.Ok ok when Copy(ok.Program, written) is { Count: > 0 } faults => (null, faults),
        ProgramParse.Ok ok => (ok.Program, []),
        ProgramParse.Bad bad => (null, bad.Errors),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Programs that would no longer fit if these were the settings; null = all do. What is archived decides nothing.</summary>
    public async ValueTask<Problem?> MisfitsAsync(WorkspaceSettings settings)
    {
        var errors = (await Catalogue.NewestAsync(0)).Programs.Where(program => program.State != "archived").Select(ProgramDocuments.Program)
            .SelectMany(program => Misfits(program, settings).Select(error => new ProgramError("", error.Code, $"program '{program.Id}' does not fit at {error.Pointer}: {error.Detail}"))).ToArray();
        return errors.Length == 0 ? null : Invalid("invalid_settings", "Programs would not fit these settings", errors);
    }

    /// <summary>What of a program the workspace does not allow: rules and attributes, costs in a currency that a budget does not have.</summary>
    public static IReadOnlyList<ProgramError> Misfits(ProgramDefinition program, WorkspaceSettings settings) => [.. AudienceChecks.Of(program, settings), .. BudgetChecks.Of(program, settings)];

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

    /// <summary>A program as lists show it.</summary>
    public static ProgramItem Item(ProgramDetail detail, WorkflowActor actor)
    {
        var document = JsonElement.Parse(detail.Draft.Length > 0 ? detail.Draft : detail.Live);
        var messages = document.TryGetProperty("messages", out var list) && list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0;
        var name = document.TryGetProperty("name", out var given) ? given.GetString() : null;
        return Item(new ProgramHead(detail.Id, detail.Version, detail.State, detail.LiveVersion, name, messages, detail.Proposal, detail.Owner, detail.Live.Length > 0), actor);
    }

    /// <inheritdoc cref="Item(ProgramDetail, WorkflowActor)"/>
    public static ProgramItem Item(ProgramHead head, WorkflowActor actor)
    {
        var proposal = Proposal(head.Proposal);
        return new ProgramItem(head.Id, head.Version, head.State, head.Name, Draft(proposal), head.LiveVersion, head.Messages, Workflows.Open(Lifecycle(head.Published, head.State, proposal, head.Owner), actor));
    }

    /// <summary>A program with a document of it.</summary>
    public static ProgramReply Reply(ProgramDetail detail, JsonElement document, WorkflowActor actor) =>
        new(detail.Id, detail.Version, detail.State, document, detail.LiveVersion, Draft(Proposal(detail.Proposal)), Open(detail, actor));

    /// <summary>What a document would change, against what it replaces.</summary>
    public static IResult DryRun(ProgramDetail detail, byte[] document, long? expected)
    {
        if (expected is { } read && read != detail.Version)
        {
            return Stale(detail.Version, $"Program '{detail.Id}' is at version {detail.Version}, not {read}.");
        }

        JsonElement before = JsonElement.Parse(detail.Draft.Length > 0 ? detail.Draft : detail.Live), after = JsonElement.Parse(document);
        return Wire.Json(new DryRunReply(detail.Id, detail.Version, Changes(before, after), ProgramChanges.InWords(before, after)));
    }

    /// <summary>What differs between two documents, texts word by word.</summary>
    public static IReadOnlyList<ChangeReply> Changes(JsonElement before, JsonElement after) => Changes(DocumentChanges.Between(before, after));

    /// <inheritdoc cref="Changes(JsonElement, JsonElement)"/>
    public static IReadOnlyList<ChangeReply> Changes(IEnumerable<FieldChange> changes) => [.. changes.Select(change => new ChangeReply(
        change.Path, change.Before, change.After,
        change is { Before: { } was, After: { } now } ? [.. WordDifference.Between(was, now).Select(piece => new WordReply(piece.Kind.ToString().ToLowerInvariant(), piece.Text))] : null))];

    /// <summary>What a change came to; <paramref name="done"/> is the status of success.</summary>
    public async ValueTask<IResult> AnswerAsync(HttpContext context, string id, ChangeResult change, CancellationToken stop, int done = StatusCodes.Status200OK)
    {
        switch (change.Status)
        {
            case ChangeStatus.NotFound:
                return Problems.Of(StatusCodes.Status404NotFound, "not_found", "Not found", change.Detail);
            case ChangeStatus.NotAllowed:
                return Problems.Of(StatusCodes.Status409Conflict, "invalid_transition", "Transition not allowed", change.Detail, [new("/to", "not_allowed", change.Detail)]);
            case ChangeStatus.OwnChange:
                return Problems.Of(StatusCodes.Status403Forbidden, "own_change", "Nobody approves an own change", change.Detail);
            case ChangeStatus.ExperimentRunning:
                return Problems.Of(StatusCodes.Status409Conflict, "experiment_running", "The experiment runs", change.Detail, [new("/experiment", "experiment_running", change.Detail)]);
            case ChangeStatus.Forbidden:
                return KeyAuthentication.Lacks(context.Caller(), Actors.ScopeOf(Enum.Parse<Rights>(change.Detail)));
            case ChangeStatus.Stale:
                return Stale(change.Version, change.Detail);
            default:
                context.Response.Headers.ETag = Tag(change.Version);
                return await Catalogue.DetailAsync(id) is { } detail ? Wire.Json(Item(detail, await actors.OfAsync(context, stop)), done) : Problems.NotFound("program", id);
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

    static ProposalReply? Draft(Proposal? proposal) => proposal is null ? null
        : new ProposalReply(Workflows.Name(proposal.State), proposal.Editors, proposal.SubmittedBy, proposal.ApprovedBy, [.. proposal.Notes.Select(note => new RemarkReply(note.At.ToString(), note.By, note.Text))]);

    static IReadOnlyList<string> Open(ProgramDetail detail, WorkflowActor actor) => Workflows.Open(Lifecycle(detail), actor);

    /// <summary>Where a program stands.</summary>
    public static Lifecycle Lifecycle(ProgramDetail detail) => Lifecycle(detail.Live.Length > 0, detail.State, Proposal(detail.Proposal), detail.Owner);

    static Lifecycle Lifecycle(bool published, string state, Proposal? proposal, string owner) =>
        new(published ? Enum.Parse<ProgramState>(state, ignoreCase: true) : ProgramState.Draft, proposal, owner);

    static Proposal? Proposal(byte[] stored) => stored.Length == 0 ? null : JsonSerializer.Deserialize<Proposal>(stored);

    /// <summary>What a request that replaces a document brings: the version that it was made from, and the document.</summary>
    public static async ValueTask<(long? Expected, byte[] Bytes, Problem? Fault)> EditAsync(HttpContext context)
    {
        var (expected, refused) = Expected(context);
        if (refused is not null)
        {
            return (null, [], refused);
        }

        var (bytes, unreadable) = await Bodies.BytesAsync(context);
        return (expected, bytes, unreadable);
    }

    /// <summary>The same where <c>If-Match</c> may be left out: then whatever it is.</summary>
    public static (long? Expected, Problem? Fault) ExpectedIfStated(HttpContext context) => context.Request.Headers.IfMatch.Count == 0 ? (null, null) : Expected(context);

    List<ProgramError> Copy(ProgramDefinition program, IReadOnlyCollection<string>? written)
    {
        var faults = new List<ProgramError>();
        for (var i = 0; i < program.Messages.Length; i++)
        {
            if (written?.Contains(program.Messages[i].Id) == false)
            {
                continue;
            }

            var at = i;
            faults.AddRange(renderer.Check(program.Messages[i]).Select(fault => new ProgramError(
                program.Messages[at].Content.ContainsKey(fault.Field) ? $"/messages/{at}/content/{fault.Field}" : $"/messages/{at}/variables", fault.Code, fault.Message)));
        }

        return faults;
    }
}
