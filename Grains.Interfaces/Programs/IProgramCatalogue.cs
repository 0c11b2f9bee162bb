using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Interfaces.Programs;

/// <summary>The programs and settings of a tenant (key: tenant): every change is a new version; agents read them through a silo-local copy.</summary>
[Alias("agents.IProgramCatalogue")]
public interface IProgramCatalogue : IGrainWithStringKey
{
    /// <summary>All programs and the settings; no bytes when <paramref name="known"/> is the newest revision.</summary>
    [ReadOnly, Alias("Newest")]
    ValueTask<CatalogueRevision> NewestAsync(long known);

    /// <summary>Stores a validated program document as the next version.</summary>
    /// <param name="programId">Id in the document.</param>
    /// <param name="document">UTF-8 JSON of the program, already validated.</param>
    /// <param name="expectedVersion">Version that was read; 0 = must be new; null = whatever it is.</param>
    [Alias("PutProgram")]
    ValueTask<ChangeResult> PutProgramAsync(string programId, byte[] document, long? expectedVersion);

    /// <summary>Moves a program to another state.</summary>
    [Alias("Transition")]
    ValueTask<ChangeResult> TransitionAsync(string programId, string to, string reason);

    /// <summary>Stores workspace settings (time zone, guardrails), already validated.</summary>
    [Alias("PutSettings")]
    ValueTask<ChangeResult> PutSettingsAsync(byte[] document, long? expectedVersion);

    /// <summary>Stops or allows every activation; in force on this silo when it returns.</summary>
    [Alias("KillSwitch")]
    ValueTask<ChangeResult> SetKillSwitchAsync(bool on, string reason);
}

/// <summary>Everything marketers own, at one revision.</summary>
/// <param name="Revision">Number that grows with each change.</param>
/// <param name="Settings">Workspace settings, UTF-8 JSON; empty when the caller has this revision.</param>
/// <param name="Programs">Program documents with version and state.</param>
[GenerateSerializer, Immutable, Alias("agents.catalogue-revision")]
public sealed record CatalogueRevision([property: Id(0)] long Revision, [property: Id(1)] byte[] Settings, [property: Id(2)] ProgramDocument[] Programs);

/// <summary>One program as stored.</summary>
/// <param name="Id">Program id.</param>
/// <param name="Version">Version.</param>
/// <param name="State">draft, live, paused or archived.</param>
/// <param name="Document">UTF-8 JSON.</param>
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
}

/// <summary>What became of a change.</summary>
/// <param name="Status">Result.</param>
/// <param name="Version">Version that holds now.</param>
/// <param name="State">State that holds now.</param>
/// <param name="Detail">For people.</param>
[GenerateSerializer, Immutable, Alias("agents.change-result")]
public sealed record ChangeResult([property: Id(0)] ChangeStatus Status, [property: Id(1)] long Version, [property: Id(2)] string State, [property: Id(3)] string Detail);
