using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>Carries one partition to its agents: a batch, one call an agent, the cursor when all have answered; what fails five times goes to the dead letters.</summary>
internal sealed class Pump(World world, Silo silo, Run run)
{
    const int Attempts = 5;

    readonly Dictionary<string, long> delivered = new(StringComparer.Ordinal);
    long term;
    long cursor;
    int batches;

    /// <summary>Runs until the partition is another silo's.</summary>
    public async Task RunAsync()
    {
        while (!run.Stopped)
        {
            try
            {
                (term, cursor) = await world.Log.OpenAsync(silo.Life, run.Partition);
                await world.Custody.TakeOverAsync(silo, run.Partition, term);
                delivered.Clear();
                await CarryAsync();
            }
            catch (Fault fault)
            {
                world.Trace.Note("pump stopped", $"silo{silo.Id}", run.Partition, fault.Message);
                await world.Clock.Wait(silo.Life, fault.Kind == FaultKind.Fenced ? world.Dice.Between(5_000, 60_000) : 1_000);
            }
        }
    }

    async Task CarryAsync()
    {
        var next = cursor;
        while (!run.Stopped && (!world.Custody.Lazy || silo.Owned.ContainsKey(run.Partition)))
        {
            var batch = await world.Log.ReadAsync(silo.Life, run.Partition, next, world.Options.Batch);
            if (batch.Count == 0)
            {
                if (world.Custody.Lazy && next > cursor)
                {
                    await world.Log.WaitAsync(silo.Life, run.Partition, next, world.Dice.Between(1_000, world.Options.LongestFlush));
                    next = world.Log.End(run.Partition) > next ? next : await CheckpointAsync(next);
                    continue;
                }

                await world.Log.WaitAsync(silo.Life, run.Partition, next, 1_800_000);
                continue;
            }

            var end = batch[^1].Offset + 1;
            if (world.Mutant == Mutant.CursorBeforeApply || (world.Mutant == Mutant.CursorBeforeCheckpoint && world.Custody.Lazy))
            {
                await world.Log.CommitAsync(silo.Life, run.Partition, term, end);
            }

            var slices = batch.GroupBy(entry => World.KeyOf(entry.Event.User)).Select(group => SliceAsync(group.Key, [.. group])).ToArray();
            var whole = (await Task.WhenAll(slices)).All(kept => kept);
            await world.Clock.Wait(silo.Life, 1);
            if (!whole)
            {
                next = Back();
                continue;
            }

            next = end;
            if (!world.Custody.Lazy)
            {
                await world.Log.CommitAsync(silo.Life, run.Partition, term, next);
                cursor = next;
                if (!world.Calm && world.Dice.Chance(world.Options.Rewinds))
                {
                    next = Math.Max(0, next - world.Dice.Below(30));
                }
            }
            else if (++batches % world.Options.BatchesPerCheckpoint == 0)
            {
                next = await CheckpointAsync(next);
            }
        }
    }

    // All that was delivered since the cursor is made durable; only then the cursor moves.
    async Task<long> CheckpointAsync(long next)
    {
        foreach (var (key, offset) in delivered.ToArray())
        {
            if (!await world.Agents.CheckpointAsync(silo, key, run.Partition, offset))
            {
                return Back();
            }
        }

        await world.Log.CommitAsync(silo.Life, run.Partition, term, next);
        cursor = next;
        delivered.Clear();
        if (!world.Calm && world.Dice.Chance(world.Options.Rewinds))
        {
            cursor = Math.Max(0, next - world.Dice.Below(30));
            next = cursor;
        }

        return next;
    }

    long Back()
    {
        world.Seen("pump went back to its cursor");
        delivered.Clear();
        return cursor;
    }

    async Task<bool> SliceAsync(string key, LogEntry[] slice)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var kept = await world.Agents.ObserveAsync(silo, key, run.Partition, delivered.GetValueOrDefault(key, -1), slice);
                if (kept is >= 0)
                {
                    delivered[key] = Math.Max(delivered.GetValueOrDefault(key, -1), kept.Value);
                }

                return kept is not null;
            }
            catch (Exception error) when (error is Fault or System.Text.Json.JsonException)
            {
                if (attempt >= Attempts && world.Mutant != Mutant.PoisonBlocks)
                {
                    await world.Books.PutAsideAsync(silo.Life, slice, error is Fault);
                    return true;
                }
            }

            await world.Clock.Wait(silo.Life, attempt > Attempts ? 60_000 : 50L << attempt);
        }
    }
}
