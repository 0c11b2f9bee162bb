using System.Collections.Concurrent;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Auditing;

namespace Aampe.Agents.Silo.Security.People;

/// <summary>Notes in the audit trail that somebody looked at a person. A page that reads again and again is one look; the user stands there as a keyed hash, so that an erasure leaves nothing to read.</summary>
sealed class PersonReads(IAuditLog log, Actors actors, KeyRing keys, TimeProvider time)
{
    /// <summary>Looks of one person at one user within this time are one.</summary>
    public static readonly TimeSpan OneLook = TimeSpan.FromMinutes(15);

    const int MostRemembered = 10_000;

    readonly ConcurrentDictionary<(string Person, string User), DateTimeOffset> looked = new();

    /// <summary>The name of a user in the audit trail.</summary>
    public async ValueTask<string> NameAsync(string userId, CancellationToken stop) =>
        "user-" + Convert.ToHexStringLower((await keys.PepperAsync(stop)).Hash("audit-user:" + userId).AsSpan(0, 12));

    /// <summary>Notes a look, durable before anything is shown. Backends read by the million and are not people.</summary>
    public async ValueTask NoteAsync(HttpContext context, string userId, CancellationToken stop)
    {
        var caller = context.Caller();
        var now = time.GetUtcNow();
        if (caller.Kind != CallerKind.Admin || looked.TryGetValue((caller.Id, userId), out var before) && now - before < OneLook)
        {
            return;
        }

        await log.AppendAsync(AgentKey.DefaultTenant, actors.Note(context, "user.read", "user", await NameAsync(userId, stop)), stop);
        if (looked.Count >= MostRemembered)
        {
            looked.Clear();
        }

        looked[(caller.Id, userId)] = now;
    }
}
