using Aampe.Agents.Sim.Engine;
using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim.Custody;

/// <summary>A row per change: one transaction of record, journal, decisions, effects, outbox and due moment, by compare-and-set on the version.</summary>
internal sealed class RowCustody(World world) : ICustody
{
    public bool Lazy => false;

    public bool IsSettled => true;

    public async Task<Row?> ReadAsync(Silo silo, string key)
    {
        await world.Clock.Wait(silo.Life, world.Latency());
        return world.Tables.Rows.GetValueOrDefault(key);
    }

    public async Task<long> CommitAsync(Silo silo, Commit commit)
    {
        var fate = world.Draw();
        await world.Clock.Wait(silo.Life, fate.Latency);
        if (fate.Fails)
        {
            throw new Fault(FaultKind.Down);
        }

        if ((world.Tables.Rows.GetValueOrDefault(commit.Key)?.Version ?? 0) != commit.Expected)
        {
            world.Seen("duplicate activation lost");
            throw new Fault(FaultKind.Conflict);
        }

        world.Tables.Apply([commit]);
        world.Books.Durable(commit);
        await world.Cluster.MayDieAsync(silo, fate);
        if (fate.Unknown)
        {
            world.Seen("unknown result had committed");
            throw new Fault(FaultKind.Unknown);
        }

        await world.Clock.Wait(silo.Life, 1);
        return commit.Expected + 1;
    }

    public async Task EraseAsync(Silo silo, string key)
    {
        var fate = world.Draw();
        await world.Clock.Wait(silo.Life, fate.Latency);
        if (fate.Fails)
        {
            throw new Fault(FaultKind.Down);
        }

        world.Tables.Erase(key);
        await world.Cluster.MayDieAsync(silo, fate);
        if (fate.Unknown)
        {
            throw new Fault(FaultKind.Unknown);
        }
    }

    public Task<long> CheckpointAsync(Silo silo, Commit commit) => CommitAsync(silo, commit);

    public Task TakeOverAsync(Silo silo, int partition, long term) => Task.CompletedTask;

    public void GiveUp(Silo silo, int partition)
    {
    }

    public IReadOnlyList<string> Due(Silo silo, int partition, long upTo) =>
        [.. world.Tables.Rows.Where(pair => world.PartitionOf(pair.Key) == partition && pair.Value.Due <= upTo).OrderBy(pair => pair.Value.Due).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];

    public void Claim(Silo silo, string key) => world.Tables.Rows[key] = world.Tables.Rows[key] with { Due = null };

    public IReadOnlyList<OutboxRow> Outbox(Silo silo) =>
        [.. world.Tables.Outbox.Values.OrderBy(row => row.Due).ThenBy(row => row.DecisionId, StringComparer.Ordinal)];
}
