using System.Text.Json;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Security.People;

/// <summary>Everybody who may sign in. Served from memory, at most <see cref="KeyRing.Freshness"/> old, so what is taken from somebody is gone on every silo within that time.</summary>
public sealed class PeopleBook(IDocumentStore documents, TimeProvider time) : IDisposable
{
    const string Kind = "person";
    static readonly Person BuiltIn = new() { Id = Person.BuiltIn, Name = "Administrator", Roles = [Roles.Admin], Contacts = true };

    readonly SemaphoreSlim loading = new(1, 1);
    Known? known;

    sealed record Known(Dictionary<string, (Person Person, long Version)> People, long LoadedAt);

    /// <summary>Everybody, by id; the built-in administrator among them.</summary>
    public async ValueTask<IReadOnlyList<Person>> AllAsync(CancellationToken stop) =>
        [.. (await KnowAsync(stop)).People.Values.Select(one => one.Person).OrderBy(person => person.Id, StringComparer.Ordinal)];

    /// <summary>One person; null when there is nobody of that id.</summary>
    public async ValueTask<Person?> FindAsync(string id, CancellationToken stop) =>
        (await KnowAsync(stop)).People.TryGetValue(id, out var found) ? found.Person : null;

    /// <summary>Whether somebody other than this identity could approve a change.</summary>
    public async ValueTask<bool> OthersApproveAsync(string identity, CancellationToken stop) =>
        (await KnowAsync(stop)).People.Values.Any(one => one.Person.Approves && one.Person.Id != identity);

    /// <summary>Adds or changes a person, with the entry of the audit trail.</summary>
    /// <exception cref="DocumentConflictException">Somebody else changed the person in between.</exception>
    public async ValueTask SaveAsync(Person person, AuditNote note, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(person);
        var version = (await KnowAsync(stop)).People.TryGetValue(person.Id, out var found) ? found.Version : 0;
        try
        {
            await documents.WriteAsync(AgentKey.DefaultTenant, Kind, person.Id, version, JsonSerializer.SerializeToUtf8Bytes(person, JsonSerializerOptions.Web), keepHistory: false, note, stop);
        }
        finally
        {
            Volatile.Write(ref known, null);
        }
    }

    public void Dispose() => loading.Dispose();

    ValueTask<Known> KnowAsync(CancellationToken stop) =>
        Volatile.Read(ref known) is { } now && time.GetElapsedTime(now.LoadedAt) < KeyRing.Freshness ? new(now) : LoadAsync(stop);

    async ValueTask<Known> LoadAsync(CancellationToken stop)
    {
        await loading.WaitAsync(stop);
        try
        {
            if (Volatile.Read(ref known) is { } now && time.GetElapsedTime(now.LoadedAt) < KeyRing.Freshness)
            {
                return now;
            }

            var loadedAt = time.GetTimestamp();
            var people = new Dictionary<string, (Person, long)>(StringComparer.Ordinal) { [BuiltIn.Id] = (BuiltIn, 0) };
            foreach (var stored in await documents.ListAsync(AgentKey.DefaultTenant, Kind, stop))
            {
                people[stored.Id] = (JsonSerializer.Deserialize<Person>(stored.Content.Span, JsonSerializerOptions.Web)!, stored.Version);
            }

            var loaded = new Known(people, loadedAt);
            Volatile.Write(ref known, loaded);
            return loaded;
        }
        finally
        {
            loading.Release();
        }
    }
}
