using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <content>The end of a life.</content>
internal sealed partial class Agents
{
    /// <summary>Keyed message ids that an agent knows, those that it refused while it is being erased among them.</summary>
    public Task<ulong[]> InventoryAsync(Life caller, Silo from, string key) => OnAsync(caller, from, key, (_, a, _) =>
        Task.FromResult(a.State.Seen.Entries.Select(entry => entry.Id).Concat(world.Books.RefusedOf(key)).Select(id => PersonName.MessageId(Register.Secret, id)).ToArray()));

    /// <summary>Takes an agent out of the store with all that is its own; its activation goes.</summary>
    public Task<bool> EraseAsync(Life caller, Silo from, string key) => OnAsync(caller, from, key, async (silo, a, _) =>
    {
        if (silo.MarkOf(key) is not { Erasing: true })
        {
            throw new Fault(FaultKind.NoLease);
        }

        var decisions = Enumerable.Range(1, checked((int)a.State.Ordinal)).Select(ordinal => AgentStep.DecisionId(a.State, ordinal)).ToHashSet(StringComparer.Ordinal);
        world.Books.Ending(key, decisions);
        try
        {
            await world.Custody.EraseAsync(silo, key);
        }
        finally
        {
            silo.Drop(a);
        }

        return true;
    });

    /// <summary>A slice without what its person's mark refuses.</summary>
    LogEntry[] Sift(Silo silo, string key, int partition, LogEntry[] slice)
    {
        if (silo.MarkOf(key) is not { } mark || world.Mutant == Mutant.LateEventRevives)
        {
            return slice;
        }

        var left = new List<LogEntry>();
        foreach (var entry in slice)
        {
            var judged = mark.Judge(entry.Incoming, EventLog.Epoch, partition, Register.Secret);
            if (judged == MarkedEvent.Free)
            {
                left.Add(entry);
                continue;
            }

            if (mark.Erasing && entry.Event.MessageId is { } id)
            {
                world.Books.Refused(key, StableHash.Of(entry.Incoming.Source, id));
            }

            world.Seen(mark.Erasing ? "event refused while its user was being erased" : "late event refused");
        }

        return [.. left];
    }
}
