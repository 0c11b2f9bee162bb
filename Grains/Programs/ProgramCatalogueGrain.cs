using System.Text.Json;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Grains.Programs;

/// <summary>Custody of programs and settings: every change is durable as a new version before it is answered.</summary>
public sealed class ProgramCatalogueGrain(IDocumentStore documents) : Grain, IProgramCatalogue
{
    const string ProgramKind = "program";
    const string SettingsKind = "workspace";
    const string SettingsId = "settings";

    static readonly Dictionary<string, string[]> transitions = new(StringComparer.Ordinal)
    {
        ["draft"] = ["live", "archived"],
        ["live"] = ["paused", "archived"],
        ["paused"] = ["live", "archived"],
        ["archived"] = [],
    };

    readonly SortedDictionary<string, ProgramDocument> programs = new(StringComparer.Ordinal);
    StoredSettings settings = new(0, false, "", null);
    long revision;

    string Tenant => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var stored in await documents.ListAsync(Tenant, ProgramKind, cancellationToken))
        {
            Keep(stored);
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
        : new CatalogueRevision(revision, JsonSerializer.SerializeToUtf8Bytes(settings), [.. programs.Values]));

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> PutProgramAsync(string programId, byte[] document, long? expectedVersion)
    {
        var known = programs.GetValueOrDefault(programId);
        if (expectedVersion is { } expected && expected != (known?.Version ?? 0))
        {
            return new ChangeResult(ChangeStatus.Stale, known?.Version ?? 0, known?.State ?? "", $"Program '{programId}' is at version {known?.Version ?? 0}, not {expected}.");
        }

        // A changed program keeps its state: who may change a live one is a matter of roles, not of custody.
        return await StoreAsync(programId, known?.State ?? "draft", document, known?.Version ?? 0);
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> TransitionAsync(string programId, string to, string reason)
    {
        if (programs.GetValueOrDefault(programId) is not { } known)
        {
            return new ChangeResult(ChangeStatus.NotFound, 0, "", $"There is no program '{programId}'.");
        }

        if (!transitions[known.State].Contains(to))
        {
            var allowed = transitions[known.State];
            return new ChangeResult(
                ChangeStatus.NotAllowed, known.Version, known.State, $"{known.State} cannot go {to}; allowed: {(allowed.Length == 0 ? "nothing" : string.Join(", ", allowed))}.");
        }

        return await StoreAsync(programId, to, known.Document, known.Version);
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> PutSettingsAsync(byte[] document, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != settings.Version)
        {
            return new ChangeResult(ChangeStatus.Stale, settings.Version, "", $"The settings are at version {settings.Version}, not {expected}.");
        }

        return await StoreAsync(settings with { Document = JsonDocument.Parse(document).RootElement });
    }

    /// <inheritdoc/>
    public ValueTask<ChangeResult> SetKillSwitchAsync(bool on, string reason) => StoreAsync(settings with { KillSwitch = on, Reason = reason });

    async ValueTask<ChangeResult> StoreAsync(string id, string state, byte[] document, long version)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new StoredProgram(state, JsonDocument.Parse(document).RootElement));
        var next = await WriteAsync(() => documents.WriteAsync(Tenant, ProgramKind, id, version, content, keepHistory: true, CancellationToken.None));
        programs[id] = new ProgramDocument(id, next, state, document);
        Recount();
        return new ChangeResult(ChangeStatus.Done, next, state, "");
    }

    async ValueTask<ChangeResult> StoreAsync(StoredSettings changed)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(changed);
        var next = await WriteAsync(() => documents.WriteAsync(Tenant, SettingsKind, SettingsId, settings.Version, content, keepHistory: true, CancellationToken.None));
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

    void Keep(StoredDocument stored)
    {
        var program = JsonSerializer.Deserialize<StoredProgram>(stored.Content.Span)!;
        programs[stored.Id] = new ProgramDocument(stored.Id, stored.Version, program.State, JsonSerializer.SerializeToUtf8Bytes(program.Document));
    }

    // Versions only grow, so their sum is a revision that grows with every change.
    void Recount() => revision = CatalogueRevisions.Of(settings.Version, programs.Values.Select(program => program.Version));
}
