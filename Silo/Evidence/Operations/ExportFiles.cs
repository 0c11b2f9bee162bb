using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Evidence.Operations;

/// <summary>Files of exports, kept as long as their operation.</summary>
sealed class ExportFiles(IDocumentStore documents)
{
    /// <summary>Kind of the documents.</summary>
    public const string Kind = "export-file";

    public async Task PutAsync(string operation, ReadOnlyMemory<byte> file, CancellationToken stop) =>
        await documents.WriteAsync(AgentKey.DefaultTenant, Kind, operation, null, file, keepHistory: false, stop);

    public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(string operation, CancellationToken stop) =>
        (await documents.ReadAsync(AgentKey.DefaultTenant, Kind, operation, stop))?.Content;
}
