using System.Security.Cryptography;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Documents;
using Aampe.Agents.Storage.Sqlite;

namespace Aampe.Agents.Silo.Startup;

/// <summary>
/// Whether the store takes writes, for the probe of readiness: a full disk lets every read through. Goes by the last write of events; where that failed,
/// or was too long ago to tell, by a small write of its own.
/// </summary>
public sealed class StoreWrites(IDocumentStore documents, TimeProvider time) : IDisposable
{
    // A page of most databases: small, but not so small that it always finds room in one that is there.
    const int ProbeBytes = 8_192, SqliteFull = 13;

    // Without names and addresses: the probe's port is open to everybody.
    const string NoRoom = "the store has no room on its disk and takes no writes";

    static readonly TimeSpan known = TimeSpan.FromSeconds(10), again = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim probing = new(1);
    Seen? last;

    /// <summary>Events were stored.</summary>
    public void Worked() => Volatile.Write(ref last, new Seen(time.GetTimestamp(), null));

    /// <summary>Events could not be stored.</summary>
    public void Failed(Exception fault)
    {
        // With a full disk a server may fail in ways that do not say so: the first that does is remembered until a write works.
        var words = IsNoRoom(fault) || Volatile.Read(ref last)?.Refusal == NoRoom ? NoRoom : "the store takes no writes";
        Volatile.Write(ref last, new Seen(time.GetTimestamp(), words));
    }

    /// <summary>Why the store takes no writes, in words that anybody may read; null = it takes them.</summary>
    public async Task<string?> RefusalAsync(CancellationToken stop)
    {
        if (IsFresh(out var refusal))
        {
            return refusal;
        }

        await probing.WaitAsync(stop);
        try
        {
            if (!IsFresh(out refusal))
            {
                await ProbeAsync(stop);
                refusal = Volatile.Read(ref last)!.Refusal;
            }

            return refusal;
        }
        finally
        {
            probing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => probing.Dispose();

    // After a failure a write is tried soon again, since no balancer sends any: but not at once, or one that fits would hide those that do not.
    bool IsFresh(out string? refusal)
    {
        var seen = Volatile.Read(ref last);
        refusal = seen?.Refusal;
        return seen is not null && time.GetElapsedTime(seen.At) < (seen.Refusal is null ? known : again);
    }

    async Task ProbeAsync(CancellationToken stop)
    {
        try
        {
            // Random, so that no compression makes it small.
            await documents.WriteAsync(AgentKey.DefaultTenant, "health", "probe", null, RandomNumberGenerator.GetBytes(ProbeBytes), keepHistory: false, stop);
            Worked();
        }
        catch (Exception fault) when (fault is StoreUnavailableException or SqliteFailureException or StoreBrokenException)
        {
            Failed(fault);
        }
    }

    static bool IsNoRoom(Exception fault) => fault is StoreUnavailableException { NoRoom: true } || fault is SqliteFailureException { Code: var code } && (code & 0xFF) == SqliteFull;

    sealed record Seen(long At, string? Refusal);
}
