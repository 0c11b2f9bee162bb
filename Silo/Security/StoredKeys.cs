using System.Text;
using System.Xml.Linq;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Documents;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Aampe.Agents.Silo.Security;

/// <summary>The keys that protect the console's sessions, in the store that all silos share: a session goes on at another silo.</summary>
sealed class StoredKeys(IDocumentStore documents) : IXmlRepository
{
    const string Kind = "session-key";

    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. documents.ListAsync(AgentKey.DefaultTenant, Kind, CancellationToken.None).AsTask().GetAwaiter().GetResult().Select(one => XElement.Parse(Encoding.UTF8.GetString(one.Content.Span)))];

    public void StoreElement(XElement element, string friendlyName) =>
        documents.WriteAsync(AgentKey.DefaultTenant, Kind, friendlyName, null, Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)), keepHistory: false, CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
}
