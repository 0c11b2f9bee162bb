using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Interfaces.Programs;

/// <summary>The programs and settings of a tenant (key: tenant): every change is a new version; agents read them through a silo-local copy.</summary>
[Alias("agents.IProgramCatalogue")]
public interface IProgramCatalogue : IGrainWithStringKey
{
    /// <summary>All programs and the settings; no bytes when <paramref name="known"/> is the newest revision.</summary>
    [ReadOnly, Alias("Newest")]
    ValueTask<CatalogueRevision> NewestAsync(long known);

    /// <summary>One program with what is live of it and the change on its way; null when there is none.</summary>
    [ReadOnly, Alias("Detail")]
    ValueTask<ProgramDetail?> DetailAsync(string programId);

    /// <summary>Number of a program's newest version, 0 when there is none: what is known of it need not be sent again.</summary>
    [ReadOnly, Alias("Version")]
    ValueTask<long> VersionAsync(string programId);

    /// <summary>Every program without its documents, by id.</summary>
    [ReadOnly, Alias("Heads")]
    ValueTask<ProgramHead[]> HeadsAsync();

    /// <summary>The workspace's settings as stored, UTF-8 JSON.</summary>
    [ReadOnly, Alias("Settings")]
    ValueTask<byte[]> SettingsAsync();

    /// <summary>Writes the draft of a program's next version, or a new program. What is live goes on as it is.</summary>
    /// <param name="programId">Id in the document.</param>
    /// <param name="document">UTF-8 JSON of the program, already validated.</param>
    /// <param name="expectedVersion">Version that was read; 0 = must be new; null = whatever it is.</param>
    [Alias("Edit")]
    ValueTask<ChangeResult> EditAsync(string programId, byte[] document, long? expectedVersion, ActorCard actor);

    /// <summary>Sends a program, or the change on its way, to another state.</summary>
    /// <param name="to">draft, in_review, approved, live, paused or archived.</param>
    /// <param name="expectedVersion">Version that was read; null = whatever it is.</param>
    [Alias("Move")]
    ValueTask<ChangeResult> MoveAsync(string programId, string to, string reason, long? expectedVersion, ActorCard actor);

    /// <summary>Drops the change on its way; a program that was never live is gone with it.</summary>
    [Alias("Discard")]
    ValueTask<ChangeResult> DiscardAsync(string programId, long? expectedVersion, ActorCard actor);

    /// <summary>Adds a remark to the change on its way.</summary>
    [Alias("Remark")]
    ValueTask<ChangeResult> RemarkAsync(string programId, string text, ActorCard actor);

    /// <summary>Makes a document live, or a draft, as the silo's configuration says: it is the word of whoever runs the silo.</summary>
    [Alias("Load")]
    ValueTask<ChangeResult> LoadAsync(string programId, byte[] document, bool live, string origin);

    /// <summary>Stores workspace settings (time zone, guardrails), already validated.</summary>
    [Alias("PutSettings")]
    ValueTask<ChangeResult> PutSettingsAsync(byte[] document, long? expectedVersion, ActorCard actor);

    /// <summary>Stores workspace settings, already validated: in force when they only narrow limits or nobody else could approve, else waiting for somebody else.</summary>
    /// <returns>State live or in_review; then the detail says what would be loosened.</returns>
    [Alias("ProposeSettings")]
    ValueTask<ChangeResult> ProposeSettingsAsync(byte[] document, long? expectedVersion, ActorCard actor);

    /// <summary>Approves the change of the settings that waits (live), or sends or takes it back (draft).</summary>
    [Alias("MoveSettings")]
    ValueTask<ChangeResult> MoveSettingsAsync(string to, string reason, long? expectedVersion, ActorCard actor);

    /// <summary>Stops or allows every activation; in force on this silo when it returns.</summary>
    [Alias("KillSwitch")]
    ValueTask<ChangeResult> SetKillSwitchAsync(bool on, string reason, ActorCard actor);
}

/// <summary>Everything marketers own, at one revision.</summary>
/// <param name="Revision">Number that grows with each change.</param>
/// <param name="Settings">Workspace settings, UTF-8 JSON; empty when the caller has this revision.</param>
/// <param name="Programs">Program documents with version and state.</param>
[GenerateSerializer, Immutable, Alias("agents.catalogue-revision")]
public sealed record CatalogueRevision([property: Id(0)] long Revision, [property: Id(1)] byte[] Settings, [property: Id(2)] ProgramDocument[] Programs);

/// <summary>One program as stored.</summary>
/// <param name="Id">Program id.</param>
/// <param name="Version">Version that agents go by: the one at which it was last published or moved.</param>
/// <param name="State">draft, live, paused or archived.</param>
/// <param name="Document">UTF-8 JSON of what is live; of the draft while nothing ever was.</param>
[GenerateSerializer, Immutable, Alias("agents.program-document")]
public sealed record ProgramDocument([property: Id(0)] string Id, [property: Id(1)] long Version, [property: Id(2)] string State, [property: Id(3)] byte[] Document);

/// <summary>What became of a change.</summary>
[GenerateSerializer, Alias("agents.change-status")]
public enum ChangeStatus
{
    /// <summary>Durable and in force.</summary>
    Done,

    /// <summary>The object was changed since it was read.</summary>
    Stale,

    /// <summary>The state machine does not allow it.</summary>
    NotAllowed,

    /// <summary>No such object.</summary>
    NotFound,

    /// <summary>The actor lacks a right; the detail names it.</summary>
    Forbidden,

    /// <summary>The actor wrote on the change that it would approve.</summary>
    OwnChange,

    /// <summary>It would change the plan of an experiment that runs.</summary>
    ExperimentRunning,
}

/// <summary>What became of a change.</summary>
/// <param name="Status">Result.</param>
/// <param name="Version">Version that holds now.</param>
/// <param name="State">State that holds now.</param>
/// <param name="Detail">For people.</param>
[GenerateSerializer, Immutable, Alias("agents.change-result")]
public sealed record ChangeResult([property: Id(0)] ChangeStatus Status, [property: Id(1)] long Version, [property: Id(2)] string State, [property: Id(3)] string Detail);
