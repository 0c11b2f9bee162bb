using System.Security.Cryptography;
using System.Text.Json;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security.People;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Security;

/// <summary>A key that was found valid, with its source.</summary>
public sealed record KeyMatch(AccessKey Key, EventSource Source);

/// <summary>
/// Keys and sources of the deployment. Reads are served from memory, at most <see cref="Freshness"/> old, so a key revoked on one silo is refused by all
/// within that time; changes made here count at once.
/// </summary>
public sealed class KeyRing(IDocumentStore documents, TimeProvider time) : IDisposable
{
    /// <summary>How old what we know may be: revocation has to reach every silo in 5 s.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    const string KeyDocuments = "key", SourceDocuments = "source", SecretDocuments = "secret";
    static readonly byte[] NoHash = new byte[HMACSHA256.HashSizeInBytes];

    readonly SemaphoreSlim loading = new(1, 1);
    Known? known;

    sealed record Known(Pepper Pepper, string? PasswordHash, Dictionary<string, AccessKey> Keys, Dictionary<string, EventSource> Sources, long LoadedAt);

    /// <summary>The key behind what a caller presents; null when it is unknown, altered, expired or its source is switched off.</summary>
    public async ValueTask<KeyMatch?> FindAsync(string presented, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(presented);
        if (presented.Length is < 4 or > KeyText.MaxLength)
        {
            return null;
        }

        var now = await KnowAsync(stop);
        var key = now.Keys.GetValueOrDefault(KeyText.IdOf(presented, now.Pepper));
        // The comparison is made in any case: the time of an answer must not tell whether the id exists.
        var equal = CryptographicOperations.FixedTimeEquals(now.Pepper.Hash(presented), key?.Hash ?? NoHash);
        if (key is null || !equal || key.ExpiresAt <= time.GetUtcNow())
        {
            return null;
        }

        var source = now.Sources.GetValueOrDefault(key.Source);
        return source is { Enabled: true } ? new(key, source) : null;
    }

    /// <summary>All keys, by id.</summary>
    public async ValueTask<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken stop) =>
        [.. (await KnowAsync(stop)).Keys.Values.OrderBy(key => key.Id, StringComparer.Ordinal)];

    /// <summary>All sources, by id.</summary>
    public async ValueTask<IReadOnlyList<EventSource>> SourcesAsync(CancellationToken stop) =>
        [.. (await KnowAsync(stop)).Sources.Values.OrderBy(source => source.Id, StringComparer.Ordinal)];

    /// <summary>A source by its id; null when there is none.</summary>
    public async ValueTask<EventSource?> SourceAsync(string id, CancellationToken stop) => (await KnowAsync(stop)).Sources.GetValueOrDefault(id);

    /// <summary>Whether there is a key of an id that has not run out.</summary>
    public async ValueTask<bool> IsValidAsync(string id, CancellationToken stop) =>
        (await KnowAsync(stop)).Keys.GetValueOrDefault(id) is { } key && !(key.ExpiresAt <= time.GetUtcNow());

    /// <summary>The deployment's pepper; made on the first call ever.</summary>
    public async ValueTask<Pepper> PepperAsync(CancellationToken stop) => (await KnowAsync(stop)).Pepper;

    /// <summary>Makes a key for the built-in administrator, without an entry in the audit trail.</summary>
    public ValueTask<(AccessKey Key, string Text)> CreateKeyAsync(KeyKind kind, string name, string source, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken stop) =>
        CreateKeyAsync(kind, name, source, scopes, expiresAt, Person.BuiltIn, null, stop);

    /// <summary>Makes a key. The text is known to the caller alone from here on.</summary>
    /// <param name="createdBy">Identity that it acts for.</param>
    /// <param name="note">Entry of the audit trail; the object of it becomes the key's id.</param>
    public async ValueTask<(AccessKey Key, string Text)> CreateKeyAsync(
        KeyKind kind, string name, string source, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, string createdBy, AuditNote? note, CancellationToken stop)
    {
        var text = KeyText.Create(kind);
        return (await PutKeyAsync(text, kind, name, source, scopes, expiresAt, configured: false, createdBy, note, stop), text);
    }

    /// <summary>Makes a key known whose text somebody chose.</summary>
    internal async ValueTask<AccessKey> PutKeyAsync(
        string text, KeyKind kind, string name, string source, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, bool configured, string createdBy, AuditNote? note, CancellationToken stop)
    {
        var pepper = await PepperAsync(stop);
        var key = new AccessKey
        {
            Id = KeyText.IdOf(text, pepper),
            Kind = kind,
            Name = name,
            Source = source,
            Scopes = scopes,
            Hash = pepper.Hash(text),
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = expiresAt,
            Configured = configured,
            CreatedBy = createdBy,
        };
        await SaveKeyAsync(key, note is null ? null : note with { Subject = key.Id }, stop);
        return key;
    }

    /// <summary>Changes what is kept of a key.</summary>
    public async ValueTask SaveKeyAsync(AccessKey key, AuditNote? note, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(key);
        await WriteAsync(KeyDocuments, key.Id, JsonSerializer.SerializeToUtf8Bytes(key, JsonSerializerOptions.Web), note, stop);
    }

    /// <summary>Revokes a key.</summary>
    public async ValueTask DeleteKeyAsync(string id, AuditNote? note, CancellationToken stop)
    {
        await documents.DeleteAsync(AgentKey.DefaultTenant, KeyDocuments, id, note, stop);
        Volatile.Write(ref known, null);
    }

    /// <summary>Adds or changes a source.</summary>
    public async ValueTask SaveSourceAsync(EventSource source, AuditNote? note, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(source);
        await WriteAsync(SourceDocuments, source.Id, JsonSerializer.SerializeToUtf8Bytes(source, JsonSerializerOptions.Web), note, stop);
    }

    internal async ValueTask<string?> PasswordHashAsync(CancellationToken stop) => (await KnowAsync(stop)).PasswordHash;

    internal ValueTask SavePasswordHashAsync(string hash, CancellationToken stop) =>
        WriteAsync(SecretDocuments, "admin-password", System.Text.Encoding.ASCII.GetBytes(hash), null, stop);

    public void Dispose() => loading.Dispose();

    async ValueTask WriteAsync(string kind, string id, ReadOnlyMemory<byte> content, AuditNote? note, CancellationToken stop)
    {
        await documents.WriteAsync(AgentKey.DefaultTenant, kind, id, expectedVersion: null, content, keepHistory: false, note, stop);
        Volatile.Write(ref known, null);
    }

    ValueTask<Known> KnowAsync(CancellationToken stop) =>
        Volatile.Read(ref known) is { } now && time.GetElapsedTime(now.LoadedAt) < Freshness ? new(now) : LoadAsync(stop);

    async ValueTask<Known> LoadAsync(CancellationToken stop)
    {
        await loading.WaitAsync(stop);
        try
        {
            if (Volatile.Read(ref known) is { } now && time.GetElapsedTime(now.LoadedAt) < Freshness)
            {
                return now;
            }

            var loadedAt = time.GetTimestamp();
            var loaded = new Known(
                await LoadPepperAsync(stop),
                await LoadPasswordHashAsync(stop),
                await LoadAllAsync<AccessKey>(KeyDocuments, stop),
                await LoadAllAsync<EventSource>(SourceDocuments, stop),
                loadedAt);
            Volatile.Write(ref known, loaded);
            return loaded;
        }
        finally
        {
            loading.Release();
        }
    }

    async ValueTask<Dictionary<string, T>> LoadAllAsync<T>(string kind, CancellationToken stop)
    {
        var found = await documents.ListAsync(AgentKey.DefaultTenant, kind, stop);
        return found.ToDictionary(one => one.Id, one => JsonSerializer.Deserialize<T>(one.Content.Span, JsonSerializerOptions.Web)!, StringComparer.Ordinal);
    }

    async ValueTask<string?> LoadPasswordHashAsync(CancellationToken stop)
    {
        var found = await documents.ReadAsync(AgentKey.DefaultTenant, SecretDocuments, "admin-password", stop);
        return found is null ? null : System.Text.Encoding.ASCII.GetString(found.Content.Span);
    }

    async ValueTask<Pepper> LoadPepperAsync(CancellationToken stop)
    {
        var found = await documents.ReadAsync(AgentKey.DefaultTenant, SecretDocuments, "pepper", stop);
        if (found is not null)
        {
            return new(found.Content.Span);
        }

        var fresh = RandomNumberGenerator.GetBytes(32);
        try
        {
            await documents.WriteAsync(AgentKey.DefaultTenant, SecretDocuments, "pepper", expectedVersion: 0, fresh, keepHistory: false, stop);
            return new(fresh);
        }
        catch (DocumentConflictException)
        {
            // Another silo started at the same moment and was first: its pepper is the deployment's.
            return await LoadPepperAsync(stop);
        }
    }
}
