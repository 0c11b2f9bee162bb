using System.Collections.Concurrent;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Privacy;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>This silo's copy of the register: who is suppressed, being erased, or was erased before. Asked for each second and whenever it changes.</summary>
public sealed class PersonMarks(IGrainFactory grains, PersonSecret secret)
{
    readonly ConcurrentDictionary<string, PersonMark> marks = new(StringComparer.Ordinal);
    long revision;

    /// <summary>Number of the register's newest change that is known here.</summary>
    public long Revision => Volatile.Read(ref revision);

    /// <summary>The mark of an agent's person; null = there is none.</summary>
    public PersonMark? Find(AgentKey agent) => marks.IsEmpty ? null : marks.GetValueOrDefault(HashOf(agent));

    /// <summary>Whether nothing of an agent may be taken or decided.</summary>
    public bool IsSilent(AgentKey agent) => Find(agent) is { IsSilent: true };

    /// <summary>The keyed hash of an agent.</summary>
    public string HashOf(AgentKey agent) => PersonName.Hash(secret.Key, agent.Tenant, agent.Agent);

    /// <summary>How an event of an agent stands to its mark.</summary>
    public MarkedEvent Judge(PersonMark mark, in IncomingEvent e, int epoch, int partition)
    {
        ArgumentNullException.ThrowIfNull(mark);
        return mark.Judge(e, epoch, partition, secret.Key);
    }

    /// <summary>Keyed message ids.</summary>
    public ulong[] Keyed(IEnumerable<ulong> ids) => [.. ids.Select(id => PersonName.MessageId(secret.Key, id))];

    /// <summary>Asks for what changed.</summary>
    public async Task RefreshAsync()
    {
        var newest = await grains.GetGrain<IPersonRegister>(AgentKey.DefaultTenant).NewestAsync(Revision);
        foreach (var entry in newest.Changed)
        {
            marks[entry.Hash] = PersonMarkCodec.Unpack(entry.Mark);
        }

        // Behind the marks: whoever sees the number sees them.
        Volatile.Write(ref revision, Math.Max(revision, newest.Revision));
    }
}
