using System.Collections.Concurrent;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Programs;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary>
/// The messages of each program as lists show them, by id, at the version that was asked for last. A catalogue of 10,000 messages is megabytes of JSON: it
/// is read once a version, and a page costs the question which version that is.
/// </summary>
sealed class CatalogueIndex(IGrainFactory grains)
{
    readonly ConcurrentDictionary<string, (long Version, IReadOnlyList<MessageItem> Items)> known = new(StringComparer.Ordinal);
    long read;

    /// <summary>How often a whole catalogue was read.</summary>
    public long Read => Interlocked.Read(ref read);

    /// <summary>The messages of a program, those that its draft takes away too, by id; null when there is no such program.</summary>
    public async ValueTask<IReadOnlyList<MessageItem>?> OfAsync(string program)
    {
        var catalogue = grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant);
        var version = await catalogue.VersionAsync(program);
        if (version > 0 && known.TryGetValue(program, out var found) && found.Version == version)
        {
            return found.Items;
        }

        if (await catalogue.DetailAsync(program) is not { } detail)
        {
            known.TryRemove(program, out _);
            return null;
        }

        Interlocked.Increment(ref read);
        var items = new ProgramMessages(detail).All().Select(one => MessageItems.Of(one.Message, one.Change)).ToArray();
        known[program] = (detail.Version, items);
        return items;
    }
}
