using System.Collections.Concurrent;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Tests.Security;

/// <summary>Documents that live as long as the test; shared by several hosts, they stand for one database.</summary>
sealed class MemoryDocuments : IDocumentStore
{
    readonly ConcurrentDictionary<(string Tenant, string Kind, string Id), StoredDocument> all = new();

    public ValueTask<StoredDocument?> ReadAsync(string tenant, string kind, string id, CancellationToken stop) =>
        new(all.GetValueOrDefault((tenant, kind, id)));

    public ValueTask<StoredDocument?> ReadVersionAsync(string tenant, string kind, string id, long version, CancellationToken stop) =>
        new(all.GetValueOrDefault((tenant, kind, id)) is { } one && one.Version == version ? one : null);

    public ValueTask<long> WriteAsync(string tenant, string kind, string id, long? expectedVersion, ReadOnlyMemory<byte> content, bool keepHistory, AuditNote? note, CancellationToken stop)
    {
        lock (all)
        {
            var current = all.GetValueOrDefault((tenant, kind, id))?.Version ?? 0;
            if (expectedVersion is { } expected && expected != current)
            {
                throw new DocumentConflictException(kind, id, expected, current);
            }

            all[(tenant, kind, id)] = new(kind, id, current + 1, content.ToArray());
            return new(current + 1);
        }
    }

    public ValueTask DeleteAsync(string tenant, string kind, string id, AuditNote? note, CancellationToken stop)
    {
        all.TryRemove((tenant, kind, id), out _);
        return default;
    }

    public ValueTask<IReadOnlyList<StoredDocument>> ListAsync(string tenant, string kind, CancellationToken stop) =>
        new([.. all.Values.Where(one => one.Kind == kind)]);
}
