using System.Text.Json;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Grains.Programs;

/// <summary>Custody of programs and settings: every change is durable as a new version, with its entry in the audit trail, before it is answered.</summary>
public sealed class ProgramCatalogueGrain(IDocumentStore documents, IClock clock, TimeProvider time) : Grain, IProgramCatalogue
{
    const string ProgramKind = "program";
    const string SettingsKind = "workspace";
    const string SettingsId = "settings";

    readonly SortedDictionary<string, (long Version, StoredProgram Program)> programs = new(StringComparer.Ordinal);
    StoredSettings settings = new(0, false, "", null);
    readonly Dictionary<string, long> dropped = new(StringComparer.Ordinal);
    long revision;

    string Tenant => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var stored in await documents.ListAsync(Tenant, ProgramKind, cancellationToken))
        {
            Keep(stored.Id, stored.Version, JsonSerializer.Deserialize<StoredProgram>(stored.Content.Span)!);
        }

        if (await documents.ReadAsync(Tenant, SettingsKind, SettingsId, cancellationToken) is { } known)
        {
            settings = JsonSerializer.Deserialize<StoredSettings>(known.Content.Span)! with { Version = known.Version };
        }

        Recount();
    }

    /// <inheritdoc/>
    public ValueTask<CatalogueRevision> NewestAsync(long known) => ValueTask.FromResult(known == revision
        ? new CatalogueRevision(revision, [], [])
        : new CatalogueRevision(revision, JsonSerializer.SerializeToUtf8Bytes(settings), [.. programs.Select(one => Document(one.Key, one.Value.Version, one.Value.Program))]));

    /// <inheritdoc/>
    public ValueTask<ProgramDetail?> DetailAsync(string programId) => ValueTask.FromResult(programs.TryGetValue(programId, out var known) ? Details.Of(programId, known.Version, known.Program) : null);

    /// <inheritdoc/>
    public ValueTask<long> VersionAsync(string programId) => ValueTask.FromResult(programs.TryGetValue(programId, out var known) ? known.Version : 0);

    /// <inheritdoc/>
    public ValueTask<ProgramHead[]> HeadsAsync() => ValueTask.FromResult<ProgramHead[]>([.. programs.Select(one => Details.Head(one.Key, one.Value.Version, one.Value.Program))]);

    /// <inheritdoc/>
    public ValueTask<byte[]> SettingsAsync() => ValueTask.FromResult(JsonSerializer.SerializeToUtf8Bytes(settings));

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> EditAsync(string programId, byte[] document, long? expectedVersion, ActorCard actor)
    {
        var who = Details.Actor(actor);
        var known = Known(programId);
        if (Stale(programId, expectedVersion, known.Program is null ? 0 : known.Version) is { } stale)
        {
            return stale;
        }

        if (!who.May(Rights.Edit))
        {
            return Details.Forbidden(known.Version, Rights.Edit);
        }

        if (known.Program is { State: "archived" })
        {
            return new ChangeResult(ChangeStatus.NotAllowed, known.Version, "archived", $"Program '{programId}' is archived: nothing of it changes any more. Copy it under another id.");
        }

        var before = known.Program ?? new StoredProgram("draft", default, Owner: who.Identity);
        var after = before.Edited(JsonElement.Parse(document), who);
        return await StoreAsync(programId, known.Version, after, Note(who, known.Program is null ? "program.created" : "program.edited", programId, null, Workflows.Name(ProposalState.Draft), null)
            with { Summary = Details.Summary(known.Program?.Change ?? known.Program?.Document, document) });
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> MoveAsync(string programId, string to, string reason, long? expectedVersion, ActorCard actor)
    {
        if (!programs.TryGetValue(programId, out var known))
        {
            return new ChangeResult(ChangeStatus.NotFound, 0, "", $"There is no program '{programId}'.");
        }

        if (Stale(programId, expectedVersion, known.Version) is { } stale)
        {
            return stale;
        }

        var who = Details.Actor(actor);
        var (version, program) = known;
        var next = version + 1;
        return Workflows.Move(program.Lifecycle, to, who) switch
        {
            Transition.Allowed { Publishes: true } when PlanFault(program) is { } fault => new ChangeResult(ChangeStatus.ExperimentRunning, version, program.State, fault),
            Transition.Allowed move => await StoreAsync(programId, version, program.Moved(move, next), Note(who, "program." + move.Act, programId, move.From, to, reason) with { Summary = move.Publishes ? Details.Summary(program.Draft is null ? null : program.Document, program.Change!.Value) : null }),
            Transition.Forbidden missing => Details.Forbidden(version, missing.Needed),
            Transition.OwnChange => new ChangeResult(ChangeStatus.OwnChange, version, Workflows.Name(program.Lifecycle), $"{who.Identity} wrote on this change; somebody else approves it."),
            Transition.Impossible none => new ChangeResult(ChangeStatus.NotAllowed, version, Workflows.Name(program.Lifecycle), Details.Nowhere(program.Lifecycle, to, none.Reachable)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> DiscardAsync(string programId, long? expectedVersion, ActorCard actor)
    {
        if (!programs.TryGetValue(programId, out var known))
        {
            return new ChangeResult(ChangeStatus.NotFound, 0, "", $"There is no program '{programId}'.");
        }

        var who = Details.Actor(actor);
        if (Stale(programId, expectedVersion, known.Version) is { } stale)
        {
            return stale;
        }

        if (!who.May(Rights.Edit))
        {
            return Details.Forbidden(known.Version, Rights.Edit);
        }

        if (known.Program.Lifecycle.Proposal is null)
        {
            return new ChangeResult(ChangeStatus.NotAllowed, known.Version, known.Program.State, $"Program '{programId}' has no draft to drop; what is live is paused or archived instead.");
        }

        var note = Note(who, "program.discarded", programId, Workflows.Name(known.Program.Lifecycle.Proposal.State), null, null);
        return await StoreAsync(programId, known.Version, known.Program.State == "draft" ? StoredProgram.Dropped : known.Program with { Draft = null, Proposal = null }, note);
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> RemarkAsync(string programId, string text, ActorCard actor)
    {
        if (!programs.TryGetValue(programId, out var known) || known.Program.Lifecycle.Proposal is not { } proposal)
        {
            return new ChangeResult(ChangeStatus.NotFound, 0, "", $"Program '{programId}' has no change on its way to remark on.");
        }

        var note = new ReviewNote(Instant.From(time.GetUtcNow()), actor.Id, text);
        return await StoreAsync(programId, known.Version, known.Program with { Proposal = proposal.Noted(note) }, Note(Details.Actor(actor), "program.remarked", programId, null, null, null));
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> LoadAsync(string programId, byte[] document, bool live, string origin)
    {
        var known = Known(programId);
        var owner = Details.Configuration;
        var next = known.Version + 1;
        var program = (known.Program ?? new StoredProgram("draft", default, Owner: owner.Identity)).Edited(JsonElement.Parse(document), owner);
        // A program that somebody paused stays paused, in its new version.
        var state = program.State is "live" or "paused" ? program.State : live ? "live" : "draft";
        var loaded = state == "draft" ? program : program with { State = state, Document = program.Change!.Value, Draft = null, Proposal = null, LiveVersion = next };
        return await StoreAsync(programId, known.Version, loaded, Note(owner, "program.loaded", programId, known.Program?.State, state, $"loaded from {origin}"));
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> PutSettingsAsync(byte[] document, long? expectedVersion, ActorCard actor) =>
        StaleSettings(expectedVersion) ?? await StoreAsync(SettingsFlow.InForce(settings, JsonElement.Parse(document)), SettingsNote(actor, "workspace.changed", null, "live", null, document));

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> ProposeSettingsAsync(byte[] document, long? expectedVersion, ActorCard actor)
    {
        if (StaleSettings(expectedVersion) is { } stale)
        {
            return stale;
        }

        var who = Details.Actor(actor);
        var loosened = SettingsFlow.Loosened(settings, JsonElement.Parse(document), clock.Now);
        if (!SettingsReview.Waits(loosened, who))
        {
            return await StoreAsync(SettingsFlow.InForce(settings, JsonElement.Parse(document)), SettingsNote(actor, "workspace.changed", null, "live", null, document)) with { State = "live" };
        }

        var waiting = settings with { Draft = JsonElement.Parse(document), Proposal = SettingsReview.Written(settings.Proposal, who) };
        return await StoreAsync(waiting, SettingsNote(actor, "workspace.submitted", null, "in_review", null, document)) with { State = "in_review", Detail = string.Join("; ", loosened) };
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> MoveSettingsAsync(string to, string reason, long? expectedVersion, ActorCard actor)
    {
        if (StaleSettings(expectedVersion) is { } stale)
        {
            return stale;
        }

        var who = Details.Actor(actor);
        return SettingsReview.Move(settings.Proposal, to, who) switch
        {
            Transition.Allowed move when to == "live" => await StoreAsync(
                settings with { Document = settings.Draft, Draft = null, Proposal = null }, SettingsNote(actor, "workspace." + move.Act, "in_review", "live", reason, JsonSerializer.SerializeToUtf8Bytes(settings.Draft))),
            Transition.Allowed move => await StoreAsync(settings with { Draft = null, Proposal = null }, SettingsNote(actor, "workspace." + move.Act, "in_review", "draft", reason, null)),
            Transition.Forbidden missing => Details.Forbidden(settings.Version, missing.Needed),
            Transition.OwnChange => new ChangeResult(ChangeStatus.OwnChange, settings.Version, "in_review", $"{who.Identity} wrote on this change of the settings; somebody else approves it."),
            _ when settings.Proposal is null => new ChangeResult(ChangeStatus.NotAllowed, settings.Version, "", "No change of the settings waits for approval."),
            _ => new ChangeResult(ChangeStatus.NotAllowed, settings.Version, "in_review", $"A change of the settings goes {string.Join(" or ", SettingsReview.States)}, not '{to}'."),
        };
    }

    /// <inheritdoc/>
    public ValueTask<ChangeResult> SetKillSwitchAsync(bool on, string reason, ActorCard actor) =>
        StoreAsync(settings with { KillSwitch = on, Reason = reason },
            Note(Details.Actor(actor), on ? "killswitch.on" : "killswitch.off", SettingsId, settings.KillSwitch ? "on" : "off", on ? "on" : "off", reason) with { Kind = SettingsKind });

    // What was published before is in force until the change takes its place.
    string? PlanFault(StoredProgram program) =>
        program.LiveVersion > 0 && Plan(program.Document) is { } running && Plan(program.Change!.Value) is { } next ? ExperimentPhases.Fault(running, next, clock.Now) : null;

    static ExperimentPlan? Plan(JsonElement document) => ProgramJson.Parse(JsonSerializer.SerializeToUtf8Bytes(document)) is ProgramParse.Ok ok ? ok.Program.Experiment : null;

    static ProgramDocument Document(string id, long version, StoredProgram program) =>
        new(id, program.LiveVersion == 0 ? version : program.LiveVersion, program.State, JsonSerializer.SerializeToUtf8Bytes(program.Document));

    ChangeResult? StaleSettings(long? expected) => expected is { } read && read != settings.Version
        ? new ChangeResult(ChangeStatus.Stale, settings.Version, "", $"The settings are at version {settings.Version}, not {read}.")
        : null;

    AuditNote SettingsNote(ActorCard actor, string act, string? from, string? to, string? reason, byte[]? after) =>
        Note(Details.Actor(actor), act, SettingsId, from, to, reason) with { Kind = SettingsKind, Summary = after is null ? null : Details.Summary(SettingsFlow.Document(settings), after) };

    static ChangeResult? Stale(string programId, long? expected, long version) => expected is { } read && read != version
        ? new ChangeResult(ChangeStatus.Stale, version, "", $"Program '{programId}' is at version {version}, not {read}.")
        : null;

    async ValueTask<ChangeResult> StoreAsync(string id, long version, StoredProgram program, AuditNote note)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(program);
        var next = await WriteAsync(() => documents.WriteAsync(Tenant, ProgramKind, id, version, content, keepHistory: true, note, CancellationToken.None));
        Keep(id, next, program);
        Recount();
        return new ChangeResult(ChangeStatus.Done, next, program.IsDropped ? "" : Workflows.Name(program.Lifecycle), "");
    }

    async ValueTask<ChangeResult> StoreAsync(StoredSettings changed, AuditNote note)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(changed);
        var next = await WriteAsync(() => documents.WriteAsync(Tenant, SettingsKind, SettingsId, settings.Version, content, keepHistory: true, note, CancellationToken.None));
        settings = changed with { Version = next };
        Recount();
        return new ChangeResult(ChangeStatus.Done, next, "", "");
    }

    // After a failed write nobody knows what is stored: the next activation reads it.
    async ValueTask<long> WriteAsync(Func<ValueTask<long>> write)
    {
        try
        {
            return await write();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    AuditNote Note(WorkflowActor who, string act, string id, string? from, string? to, string? reason) => new()
    {
        At = Instant.From(time.GetUtcNow()),
        Actor = who.Id,
        Act = act,
        Kind = ProgramKind,
        Subject = id,
        From = from,
        To = to,
        Reason = reason is { Length: > 0 } ? reason : null,
    };

    (long Version, StoredProgram? Program) Known(string id) => programs.TryGetValue(id, out var found) ? found : (dropped.GetValueOrDefault(id), null);

    // A dropped draft stays as a version without content: a number that was given once never means another document.
    void Keep(string id, long version, StoredProgram program)
    {
        if (program.IsDropped)
        {
            programs.Remove(id);
            dropped[id] = version;
        }
        else
        {
            programs[id] = (version, program);
            dropped.Remove(id);
        }
    }

    // Versions only grow, so their sum is a revision that grows with every change.
    void Recount() => revision = CatalogueRevisions.Of(settings.Version, programs.Values.Select(program => program.Version).Concat(dropped.Values));
}
