using Aampe.Agents.Sim.Engine;
using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim.Custody;

/// <summary>
/// Log-structured agents: after-images go to a ledger per partition, fenced by the owner's term; rows are checkpoints. All commits pass through the owner,
/// which holds the newest images. An owner that does not know what became of a write resigns; the next one reads it in the ledger.
/// </summary>
internal sealed class LedgerCustody(World world) : ICustody
{
    readonly List<Commit>[] ledgers = [.. Enumerable.Range(0, world.Options.Partitions).Select(_ => new List<Commit>())];

    public bool Lazy => true;

    public bool IsSettled => ledgers.All(ledger => ledger.Count == 0);

    public Task<Row?> ReadAsync(Silo silo, string key) => AtOwnerAsync(silo, key, async (home, owner) =>
    {
        await world.Clock.Wait(home.Life, world.Latency());
        return Newest(owner, key);
    });

    public Task<long> CommitAsync(Silo silo, Commit commit) => AtOwnerAsync(silo, commit.Key, async (home, owner) =>
    {
        Check(owner, commit);
        await GuardAsync(home, owner, () => AppendAsync(home, owner, commit));
        if (!owner.Pending.TryGetValue(commit.Key, out var pending))
        {
            owner.Pending.Add(commit.Key, pending = []);
        }

        pending.Add(commit);
        owner.Take(commit);
        FlushSoon(home, owner);
        return commit.Expected + 1;
    });

    public Task<long> CheckpointAsync(Silo silo, Commit commit) => AtOwnerAsync(silo, commit.Key, async (home, owner) =>
    {
        Check(owner, commit);
        // What the ledger alone knows of the agent goes into the same transaction: the row is never ahead of its outbox and journal.
        List<Commit> batch = [.. owner.Pending.GetValueOrDefault(commit.Key) ?? [], commit];
        await GuardAsync(home, owner, () => WriteRowsAsync(home, owner, batch));
        owner.Pending.Remove(commit.Key);
        owner.Take(commit);
        return commit.Expected + 1;
    });

    public async Task EraseAsync(Silo silo, string key) => await AtOwnerAsync(silo, key, async (home, owner) =>
    {
        await GuardAsync(home, owner, async () =>
        {
            // Behind a flush, so that no row of the ledger knows of it either.
            await FlushAsync(home, owner);
            var fate = world.Draw();
            await world.Clock.Wait(home.Life, fate.Latency);
            if (fate.Fails)
            {
                throw new Fault(FaultKind.Down);
            }

            Fence(owner, Mutant.CheckpointUnfenced);
            world.Tables.Erase(key);
            owner.Forget(key, world.Mutant == Mutant.EraseLeavesOutbox);
            await world.Cluster.MayDieAsync(home, fate);
            if (fate.Unknown)
            {
                throw new Fault(FaultKind.Unknown);
            }
        });
        return true;
    });

    public async Task TakeOverAsync(Silo silo, int partition, long term)
    {
        var owner = new Owner(partition, term, new Turn(world.Clock, silo.Life));
        silo.Owned[partition] = owner;
        if (world.Mutant == Mutant.ServesBeforeReplay)
        {
            Load(owner);
            owner.Serves = true;
            await world.Clock.Wait(silo.Life, 20_000);
        }

        await world.Clock.Wait(silo.Life, world.Latency());
        var tail = ledgers[partition].ToList();
        var replay = new List<Commit>();
        foreach (var commit in tail)
        {
            // What a checkpoint of the owner before has written already is in the row, whole.
            var version = replay.LastOrDefault(one => one.Key == commit.Key)?.Expected + 1 ?? world.Tables.Rows.GetValueOrDefault(commit.Key)?.Version ?? 0;
            if (commit.Expected >= version)
            {
                replay.Add(commit);
            }
        }

        if (tail.Count > 0)
        {
            world.Seen("ledger tail replayed");
        }

        await GuardAsync(silo, owner, async () =>
        {
            await WriteRowsAsync(silo, owner, replay);
            await TruncateAsync(silo, owner, tail.Count);
        });
        if (world.Mutant != Mutant.ServesBeforeReplay)
        {
            Load(owner);
            owner.Serves = true;
        }

        world.Trace.Note("serves", $"silo{silo.Id}", partition, $"term {term}, {replay.Count} replayed");
    }

    public void GiveUp(Silo silo, int partition)
    {
        if (silo.Owned.Remove(partition, out var owner))
        {
            owner.Gone = true;
        }
    }

    public IReadOnlyList<string> Due(Silo silo, int partition, long upTo) => silo.Owned.GetValueOrDefault(partition) is { Serves: true } owner
        ? [.. owner.Due.Where(pair => pair.Value <= upTo).OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)]
        : [];

    public void Claim(Silo silo, string key)
    {
        if (silo.Owned.TryGetValue(world.PartitionOf(key), out var owner))
        {
            owner.Due[key] = null;
        }
    }

    public IReadOnlyList<OutboxRow> Outbox(Silo silo) =>
        [.. silo.Owned.Values.Where(owner => owner.Serves)
            .SelectMany(owner => world.Mutant == Mutant.OutboxFromStaleRow ? world.Tables.Outbox.Values.Where(row => world.PartitionOf(row.Key) == owner.Partition) : owner.Outbox.Values)
            .OrderBy(row => row.Due).ThenBy(row => row.DecisionId, StringComparer.Ordinal)];

    void Load(Owner owner)
    {
        foreach (var (key, row) in world.Tables.Rows.Where(pair => world.PartitionOf(pair.Key) == owner.Partition))
        {
            owner.Due[key] = row.Due;
        }

        foreach (var row in world.Tables.Outbox.Values.Where(row => world.PartitionOf(row.Key) == owner.Partition))
        {
            owner.Outbox[row.DecisionId] = row;
        }
    }

    Row? Newest(Owner owner, string key) => owner.Pending.GetValueOrDefault(key) is { Count: > 0 } pending
        ? new Row(pending[^1].Expected + 1, pending[^1].Record, pending[^1].Due)
        : world.Tables.Rows.GetValueOrDefault(key);

    void Check(Owner owner, Commit commit)
    {
        if ((Newest(owner, commit.Key)?.Version ?? 0) != commit.Expected)
        {
            world.Seen("duplicate activation lost");
            throw new Fault(FaultKind.Conflict);
        }
    }

    Task<T> AtOwnerAsync<T>(Silo silo, string key, Func<Silo, Owner, Task<T>> what)
    {
        var partition = world.PartitionOf(key);
        return world.CallAsync(silo.Life, silo.Id, silo.OwnerOf(partition), async home =>
        {
            if (home.Owned.GetValueOrDefault(partition) is not { Serves: true } owner)
            {
                await world.Clock.Wait(home.Life, 200);
                throw new Fault(FaultKind.NotOwner);
            }

            await owner.Turn.EnterAsync();
            try
            {
                return owner.Gone ? throw new Fault(FaultKind.NotOwner) : await what(home, owner);
            }
            finally
            {
                owner.Turn.Leave();
            }
        });
    }

    async Task GuardAsync(Silo silo, Owner owner, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Fault)
        {
            world.Seen("owner resigned");
            world.Trace.Note("resigns", $"silo{silo.Id}", owner.Partition);
            GiveUp(silo, owner.Partition);
            throw;
        }
    }

    async Task AppendAsync(Silo silo, Owner owner, Commit commit)
    {
        var fate = world.Draw();
        await world.Clock.Wait(silo.Life, fate.Latency);
        if (fate.Fails)
        {
            throw new Fault(FaultKind.Down);
        }

        Fence(owner, Mutant.LedgerUnfenced);
        ledgers[owner.Partition].Add(commit);
        world.Books.Durable(commit);
        await world.Cluster.MayDieAsync(silo, fate);
        if (fate.Unknown)
        {
            world.Seen("unknown result had committed");
            throw new Fault(FaultKind.Unknown);
        }

        await world.Clock.Wait(silo.Life, 1);
    }

    async Task WriteRowsAsync(Silo silo, Owner owner, List<Commit> commits)
    {
        if (commits.Count == 0)
        {
            return;
        }

        var fate = world.Draw();
        await world.Clock.Wait(silo.Life, fate.Latency);
        if (fate.Fails)
        {
            throw new Fault(FaultKind.Down);
        }

        Fence(owner, Mutant.CheckpointUnfenced);
        world.Tables.Apply(commits);
        commits.ForEach(world.Books.Durable);
        await world.Cluster.MayDieAsync(silo, fate);
        if (fate.Unknown)
        {
            throw new Fault(FaultKind.Unknown);
        }

        await world.Clock.Wait(silo.Life, 1);
    }

    async Task TruncateAsync(Silo silo, Owner owner, int count)
    {
        await world.Clock.Wait(silo.Life, world.Latency());
        Fence(owner, Mutant.LedgerUnfenced);
        ledgers[owner.Partition].RemoveRange(0, Math.Min(count, ledgers[owner.Partition].Count));
    }

    void Fence(Owner owner, Mutant missing)
    {
        if (world.Mutant != missing && !world.Log.Holds(owner.Partition, owner.Term))
        {
            world.Seen("old owner fenced");
            throw new Fault(FaultKind.Fenced);
        }
    }

    void FlushSoon(Silo silo, Owner owner)
    {
        if (owner.Flushing)
        {
            return;
        }

        owner.Flushing = true;
        world.Run(async () =>
        {
            await world.Clock.Wait(silo.Life, world.Dice.Between(30_000, world.Options.LongestFlush));
            await owner.Turn.EnterAsync();
            owner.Flushing = false;
            try
            {
                if (owner.Gone)
                {
                    return;
                }

                await GuardAsync(silo, owner, () => FlushAsync(silo, owner));
            }
            catch (Fault)
            {
                world.Seen("flush failed");
            }
            finally
            {
                owner.Turn.Leave();
            }
        });
    }

    async Task FlushAsync(Silo silo, Owner owner)
    {
        var count = ledgers[owner.Partition].Count;
        var batch = owner.Pending.Values.SelectMany(commits => commits).ToList();
        if (world.Mutant == Mutant.TruncatesBeforeDurable)
        {
            await TruncateAsync(silo, owner, count);
        }

        await WriteRowsAsync(silo, owner, batch);
        owner.Pending.Clear();
        if (world.Mutant != Mutant.TruncatesBeforeDurable)
        {
            await TruncateAsync(silo, owner, count);
        }
    }
}
