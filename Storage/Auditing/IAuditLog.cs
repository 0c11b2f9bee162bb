using Aampe.Agents.Core.Auditing;

namespace Aampe.Agents.Storage.Auditing;

/// <summary>What to list; null = any.</summary>
/// <param name="Actor">Who, exactly.</param>
/// <param name="Kind">Kind of object.</param>
/// <param name="Subject">Id of the object.</param>
public sealed record AuditFilter(string? Actor = null, string? Kind = null, string? Subject = null);

/// <summary>The audit trail of a tenant: entries are only ever added. A change of a document writes its entry in the same transaction (<see cref="Documents.IDocumentStore"/>).</summary>
public interface IAuditLog
{
    /// <summary>Adds an entry; durable when it returns.</summary>
    /// <returns>Its number.</returns>
    ValueTask<long> AppendAsync(string tenant, AuditNote note, CancellationToken stop);

    /// <summary>The newest entries below a number that pass a filter, newest first.</summary>
    ValueTask<IReadOnlyList<AuditEntry>> ListAsync(string tenant, AuditFilter filter, long below, int limit, CancellationToken stop);

    /// <summary>Entries above a number, oldest first: for whoever verifies or exports all.</summary>
    ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(string tenant, long above, int limit, CancellationToken stop);
}
