using System.Buffers.Binary;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Grains.Interfaces.Privacy;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>Custody of the register: one document a person, named by its keyed hash, and nothing else about anybody.</summary>
public sealed class PersonRegisterGrain(IDocumentStore documents) : Grain, IPersonRegister
{
    const string Kind = "person-mark";
    readonly Dictionary<string, (long Number, byte[] Mark, string Of)> known = new(StringComparer.Ordinal);
    long last;

    string Tenant => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var stored in await documents.ListAsync(Tenant, Kind, cancellationToken))
        {
            Keep(stored.Id, BinaryPrimitives.ReadInt64BigEndian(stored.Content.Span), stored.Content[sizeof(long)..].ToArray());
        }
    }

    /// <inheritdoc/>
    public ValueTask<RegisterRevision> NewestAsync(long known) => ValueTask.FromResult(new RegisterRevision(
        last, known == last ? [] : [.. this.known.Where(pair => pair.Value.Number > known).Select(pair => new PersonEntry(pair.Key, pair.Value.Mark))]));

    /// <inheritdoc/>
    public ValueTask<PersonEntry[]> FindAsync(string[] hashes) => ValueTask.FromResult(
        hashes.Where(known.ContainsKey).Select(hash => new PersonEntry(hash, known[hash].Mark)).ToArray());

    /// <inheritdoc/>
    public ValueTask<string[]> LivesOfAsync(string hash) => ValueTask.FromResult(known.Where(pair => pair.Value.Of == hash).Select(pair => pair.Key).ToArray());

    /// <inheritdoc/>
    public async ValueTask PutAsync(PersonEntry[] entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var first = last + 1;
        try
        {
            await Task.WhenAll(entries.Select((entry, i) => StoreAsync(entry, first + i)));
        }
        catch
        {
            // Nobody knows which of them are stored: the next activation reads.
            DeactivateOnIdle();
            throw;
        }

        for (var i = 0; i < entries.Length; i++)
        {
            Keep(entries[i].Hash, first + i, entries[i].Mark);
        }
    }

    async Task StoreAsync(PersonEntry entry, long number)
    {
        var content = new byte[sizeof(long) + entry.Mark.Length];
        BinaryPrimitives.WriteInt64BigEndian(content, number);
        entry.Mark.CopyTo(content, sizeof(long));
        await documents.WriteAsync(Tenant, Kind, entry.Hash, null, content, keepHistory: false, CancellationToken.None);
    }

    void Keep(string hash, long number, byte[] mark)
    {
        known[hash] = (number, mark, PersonMarkCodec.Unpack(mark).Of);
        last = Math.Max(last, number);
    }
}
