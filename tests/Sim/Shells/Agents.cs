using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Sim.Custody;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>The grain's shell: load, one call into Core, commit; what failed is dropped and read again.</summary>
internal sealed partial class Agents(World world)
{
    /// <summary>Calls an agent wherever the caller believes it to be.</summary>
    public Task<T> OnAsync<T>(Life caller, Silo from, string key, Func<Silo, Activation, AgentRules, Task<T>> what) =>
        world.CallAsync(caller, from.Id, from.HomeOf(key), home => HereAsync(home, key, what));

    async Task<T> HereAsync<T>(Silo silo, string key, Func<Silo, Activation, AgentRules, Task<T>> what)
    {
        while (true)
        {
            if (!silo.Activations.TryGetValue(key, out var activation))
            {
                activation = new Activation(key, ++silo.Activated, new Turn(world.Clock, silo.Life));
                silo.Activations.Add(key, activation);
            }

            await activation.Turn.EnterAsync();
            try
            {
                if (activation.Dropped)
                {
                    continue;
                }

                await LoadAsync(silo, activation);
                var rules = await silo.RulesAsync(activation);
                if (silo.MarkOf(key)?.ErasedAt != activation.ErasedAt)
                {
                    world.Seen("activation of a life that has ended");
                    silo.Drop(activation);
                    continue;
                }

                return await what(silo, activation, rules);
            }
            finally
            {
                activation.Turn.Leave();
            }
        }
    }

    async Task LoadAsync(Silo silo, Activation activation)
    {
        if (activation.Loaded)
        {
            return;
        }

        try
        {
            var row = await world.Custody.ReadAsync(silo, activation.Key);
            activation.Version = row?.Version ?? 0;
            activation.ErasedAt = silo.MarkOf(activation.Key)?.ErasedAt;
            activation.State = row is null ? AgentStep.Create("t", activation.Key, "secret", silo.MarkOf(activation.Key)?.Life ?? "") : AgentStateCodec.Unpack(row.Record);
            if (world.Mutant == Mutant.DedupeForgotten)
            {
                activation.State = activation.State with { Seen = DedupeWindow.Empty };
            }

            if (world.Mutant == Mutant.EffectAppliedTwice && world.Twice.Remove(activation.Key, out var evidence))
            {
                activation.State = activation.State with { Evidence = activation.State.Evidence.SetItems(evidence.Select(one => KeyValuePair.Create(one.Key, Again(activation.State, one)))) };
            }

            activation.Loaded = true;
        }
        catch (Fault)
        {
            silo.Drop(activation);
            throw;
        }
    }

    static Evidence Again(AgentState state, KeyValuePair<EvidenceKey, (Evidence Before, Evidence After)> learnt) =>
        state.Evidence.GetValueOrDefault(learnt.Key).Add(learnt.Value.After.Successes > learnt.Value.Before.Successes ? 1 : 0, 0.1, 1, state.ActedAt, null);

    /// <summary>The one way of writing, with everything that was applied in memory before.</summary>
    async Task CommitAsync(Silo silo, Activation activation, AgentRules rules, long begun, IReadOnlyList<AgentStep> steps, bool checkpoint = false)
    {
        List<AgentStep> all = [.. activation.Pending, .. steps];
        var commit = Commit.Of(activation.Key, activation.Version, all, rules, begun);
        try
        {
            activation.Version = checkpoint ? await world.Custody.CheckpointAsync(silo, commit) : await world.Custody.CommitAsync(silo, commit);
        }
        catch (Fault fault)
        {
            if (world.Mutant == Mutant.EffectAppliedTwice && fault.Kind == FaultKind.Unknown && all.Exists(step => step.Effects.Count > 0))
            {
                world.Twice[activation.Key] = Learnt(activation.State, all[^1].State);
            }

            if (world.Mutant == Mutant.KeepsStateAfterFailure && fault.Kind is FaultKind.Unknown or FaultKind.Down)
            {
                activation.State = all[^1].State;
                activation.Version = world.Tables.Rows.GetValueOrDefault(activation.Key)?.Version ?? 0;
                activation.Pending.Clear();
                throw;
            }

            silo.Drop(activation);
            throw;
        }

        activation.State = all[^1].State;
        activation.Pending.Clear();
        world.Trace.Note("commit", activation.Key, activation.Version, Named(all));
    }

    string Named(List<AgentStep> steps) => world.Trace.IsTold
        ? string.Join(' ', steps.SelectMany(step => step.JournalBytes() is { Length: > 0 } bytes ? Commit.Entries(bytes) : []).Select(entry => $"{entry["kind"]}{entry["name"]}{entry["verdict"]}{entry["channel"]}"))
        : "";

    static Dictionary<EvidenceKey, (Evidence, Evidence)> Learnt(AgentState before, AgentState after) =>
        after.Evidence.Where(pair => before.Evidence.GetValueOrDefault(pair.Key) != pair.Value).ToDictionary(pair => pair.Key, pair => (before.Evidence.GetValueOrDefault(pair.Key), pair.Value));

    static long MarkOf(AgentState state, int partition)
    {
        foreach (var mark in state.Applied)
        {
            if (mark.Epoch == EventLog.Epoch && mark.Partition == partition)
            {
                return mark.Offset;
            }
        }

        return -1;
    }

    /// <summary>Takes a slice of the log.</summary>
    /// <param name="before">Offset of the last event of this agent that the pump has delivered since its cursor; -1 = none.</param>
    /// <returns>Offset of the last event that it took or knew, -1 where all were refused; null when the agent has lost what was delivered before: the pump must go back to its cursor.</returns>
    public Task<long?> ObserveAsync(Silo from, string key, int partition, long before, LogEntry[] told) => OnAsync<long?>(from.Life, from, key, async (silo, a, rules) =>
    {
        var slice = Sift(silo, key, partition, told);
        if (slice.Length == 0)
        {
            return -1;
        }

        if (world.Custody.Lazy && MarkOf(a.State, partition) < before)
        {
            world.Seen("gap after a lost activation");
            if (world.Mutant != Mutant.GapUnchecked)
            {
                return null;
            }
        }

        var step = new AgentStep(a.State, rules, silo.Now);
        var counts = Observing.Apply(step, EventLog.Epoch, partition, Array.ConvertAll(slice, entry => entry.Incoming));
        if (counts.Replayed > 0)
        {
            world.Seen("slice delivered again");
        }

        if (counts.Applied + counts.Duplicates == 0)
        {
            return slice[^1].Offset;
        }

        if (world.Custody.Lazy)
        {
            a.Pending.Add(step);
            a.State = step.State;
        }
        else if (world.Mutant == Mutant.WatermarkAfterEffect)
        {
            var marks = step.State.Applied;
            step.State = step.State with { Applied = a.State.Applied };
            await CommitAsync(silo, a, rules, world.Clock.Now, [step]);
            var second = new AgentStep(a.State, rules, silo.Now);
            second.State = second.State with { Applied = marks };
            await CommitAsync(silo, a, rules, world.Clock.Now, [second]);
        }
        else
        {
            await CommitAsync(silo, a, rules, world.Clock.Now, [step]);
        }

        return slice[^1].Offset;
    });

    /// <summary>Stores what is in memory alone.</summary>
    /// <returns>False when it has lost events up to the offset.</returns>
    public Task<bool> CheckpointAsync(Silo from, string key, int partition, long upTo) => OnAsync(from.Life, from, key, async (silo, a, rules) =>
    {
        if (MarkOf(a.State, partition) < upTo)
        {
            world.Seen("checkpoint of a lost activation");
            return false;
        }

        if (a.Pending.Count > 0)
        {
            await CommitAsync(silo, a, rules, world.Clock.Now, [], checkpoint: true);
        }

        return true;
    });

    /// <summary>Does what is due, once.</summary>
    public Task<bool> AdvanceAsync(Silo from, string key) => OnAsync(from.Life, from, key, async (silo, a, rules) =>
    {
        var begun = world.Clock.Now;
        if (silo.MarkOf(key) is { } mark && (mark.IsSilent || a.Version == 0 && a.Pending.Count == 0))
        {
            return true;
        }

        if (world.Mutant == Mutant.CatchUpEverySlot)
        {
            var steps = AgentRun.Steps(a.State, rules, silo.Now, stepwise: true);
            await CommitAsync(silo, a, rules, begun, steps.Count > 0 ? steps : [new AgentStep(a.State, rules, a.State.ActedAt)]);
            return true;
        }

        if (Scheduling.NextDue(a.State, rules, a.State.ActedAt) is { } due && due <= silo.Now)
        {
            var bent = Bent.Begin(world.Mutant, a.State, rules, silo.Now, null);
            Living.Advance(bent.Step);
            await CommitAsync(silo, a, rules, begun, [bent.End()]);
        }
        else
        {
            await CommitAsync(silo, a, rules, begun, [new AgentStep(a.State, rules, a.State.ActedAt)]);
        }

        return true;
    });
}
