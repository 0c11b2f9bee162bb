using Aampe.Agents.Core.Auditing;

namespace Aampe.Agents.Storage.Documents;

/// <summary>One version of a document.</summary>
/// <param name="Kind">What it is: program, workspace, key, cohort, grain, …</param>
/// <param name="Id">Key inside its kind.</param>
/// <param name="Version">≥ 1, +1 per change.</param>
/// <param name="Content">Bytes as written.</param>
public sealed record StoredDocument(string Kind, string Id, long Version, ReadOnlyMemory<byte> Content);

/// <summary>The document was changed since it was read.</summary>
public sealed class DocumentConflictException(string kind, string id, long expected, long current)
    : Exception($"{kind} {id} is at version {current}, not {expected}: read it again and repeat the change.")
{
    public long Current { get; } = current;
}

/// <summary>Small, rarely written, versioned documents: programs, settings, keys, cohort snapshots, state of low-frequency grains.</summary>
public interface IDocumentStore
{
    /// <summary>The newest version, or null.</summary>
    ValueTask<StoredDocument?> ReadAsync(string tenant, string kind, string id, CancellationToken stop);

    /// <summary>One version of a kind that keeps its history, or null.</summary>
    ValueTask<StoredDocument?> ReadVersionAsync(string tenant, string kind, string id, long version, CancellationToken stop);

    /// <summary>Writes the next version, and in the same transaction what the audit trail says of it.</summary>
    /// <param name="expectedVersion">Version read before; 0 = must not exist; null = whatever it is.</param>
    /// <param name="keepHistory">Whether earlier versions stay readable.</param>
    /// <param name="note">Entry of the audit trail; null = none.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="DocumentConflictException">It is at another version.</exception>
    ValueTask<long> WriteAsync(string tenant, string kind, string id, long? expectedVersion, ReadOnlyMemory<byte> content, bool keepHistory, AuditNote? note, CancellationToken stop);

    /// <summary>Writes the next version of what nobody audits: a machine's own notes.</summary>
    ValueTask<long> WriteAsync(string tenant, string kind, string id, long? expectedVersion, ReadOnlyMemory<byte> content, bool keepHistory, CancellationToken stop) =>
        WriteAsync(tenant, kind, id, expectedVersion, content, keepHistory, null, stop);

    /// <summary>Deletes a document with its history, and notes it in the same transaction.</summary>
    ValueTask DeleteAsync(string tenant, string kind, string id, AuditNote? note, CancellationToken stop);

    /// <summary>Deletes what nobody audits.</summary>
    ValueTask DeleteAsync(string tenant, string kind, string id, CancellationToken stop) => DeleteAsync(tenant, kind, id, null, stop);

    /// <summary>Newest versions of a kind, by id.</summary>
    ValueTask<IReadOnlyList<StoredDocument>> ListAsync(string tenant, string kind, CancellationToken stop);
}
