using System.Collections.Concurrent;
using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>Program versions out of the document store; a version never changes, so what was read once is kept.</summary>
sealed class ProgramVersions(IDocumentStore documents) : IProgramVersions
{
    const int MostCached = 200;

    readonly ConcurrentDictionary<(string Tenant, string Program, long Version), ProgramDefinition> known = new();

    public async ValueTask<ProgramDefinition?> AtAsync(string tenant, string programId, long version, CancellationToken stop)
    {
        if (known.TryGetValue((tenant, programId, version), out var before))
        {
            return before;
        }

        if (await documents.ReadVersionAsync(tenant, "program", programId, version, stop) is not { } stored)
        {
            return null;
        }

        using var wrapped = JsonDocument.Parse(stored.Content);
        var document = JsonSerializer.SerializeToUtf8Bytes(wrapped.RootElement.GetProperty("Document"));
        var program = ProgramJson.Parse(document) is ProgramParse.Ok ok
            ? ok.Program with { Version = checked((int)version), State = Enum.Parse<ProgramState>(wrapped.RootElement.GetProperty("State").GetString()!, ignoreCase: true) }
            : throw new InvalidDataException($"Program '{programId}' version {version} cannot be read by this release.");
        if (known.Count >= MostCached)
        {
            known.Clear();
        }

        return known.GetOrAdd((tenant, programId, version), program);
    }
}
