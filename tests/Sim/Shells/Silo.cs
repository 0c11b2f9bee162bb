using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Sim.Custody;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>One process: what it holds in memory dies with its life.</summary>
internal sealed class Silo(World world, int id)
{
    const long Lease = 5_000;

    long leaseUntil = long.MinValue;
    bool off;
    IReadOnlyDictionary<string, PersonMark> marks = new Dictionary<string, PersonMark>();

    public int Id { get; } = id;

    public Life Life { get; private set; } = new();

    public bool Alive { get; private set; }

    /// <summary>How far its clock is off.</summary>
    public long Skew { get; private set; }

    /// <summary>Silos that it believes to be there, itself among them.</summary>
    public int[] View { get; private set; } = [];

    public Dictionary<string, Activation> Activations { get; } = new(StringComparer.Ordinal);

    /// <summary>Partitions of the ledger design that it owns.</summary>
    public Dictionary<int, Owner> Owned { get; } = [];

    /// <summary>Message ids that it has made durable.</summary>
    public Dictionary<string, long> RecentIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Loops over partitions that run.</summary>
    public Dictionary<int, Run> Runs { get; } = [];

    /// <summary>How often an agent was activated here: for the planted bug that draws arms anew.</summary>
    public int Activated { get; set; }

    /// <summary>Its own clock.</summary>
    public Instant Now => new(world.Clock.Now + Skew);

    public int OwnerOf(int partition) => View[partition % View.Length];

    /// <summary>Where it looks for an agent.</summary>
    public int HomeOf(string key) => View[world.PlaceOf(key) % View.Length];

    /// <summary>Begins a life.</summary>
    public void Start()
    {
        Life = new Life();
        Alive = true;
        Skew = world.Calm || world.Options.Skew == 0 ? 0 : world.Dice.Between(-world.Options.Skew, world.Options.Skew);
        leaseUntil = long.MinValue;
        Activations.Clear();
        Owned.Clear();
        RecentIds.Clear();
        Runs.Clear();
        View = [Id];
        world.Trace.Note("starts", $"silo{Id}", Skew);
        world.Run(() => new Worker(world, this).RunAsync());
    }

    /// <summary>kill -9.</summary>
    public void Die()
    {
        Alive = false;
        world.Trace.Note("dies", $"silo{Id}");
        Life.End();
    }

    /// <summary>What a heal brings: a right clock.</summary>
    public void SetClock() => Skew = 0;

    /// <summary>Learns who is there: takes over what is now its own, lets go what is not.</summary>
    public void Believe(int[] view)
    {
        if (View.AsSpan().SequenceEqual(view))
        {
            return;
        }

        View = view;
        foreach (var (key, activation) in Activations.ToArray())
        {
            if (HomeOf(key) != Id)
            {
                // Nobody takes an activation away at once: for a while there may be two.
                world.Clock.At(world.Clock.Now + world.Dice.Between(1_000, 3_600_000), Life, () => Drop(activation));
            }
        }

        for (var partition = 0; partition < world.Options.Partitions; partition++)
        {
            if (OwnerOf(partition) == Id && !Runs.ContainsKey(partition))
            {
                var run = new Run(partition);
                Runs.Add(partition, run);
                world.Run(() => new Pump(world, this, run).RunAsync());
                world.Run(() => new Ticker(world, this, run).RunAsync());
            }
            else if (OwnerOf(partition) != Id && Runs.Remove(partition, out var run))
            {
                run.Stopped = true;
                world.Custody.GiveUp(this, partition);
            }
        }
    }

    /// <summary>An activation goes; the next call reads anew.</summary>
    public void Drop(Activation activation)
    {
        activation.Dropped = true;
        if (Activations.GetValueOrDefault(activation.Key) == activation)
        {
            Activations.Remove(activation.Key);
        }
    }

    /// <summary>The mark of an agent's person as this silo knows it, under the same lease as the rules; null = none.</summary>
    public PersonMark? MarkOf(string key) => marks.GetValueOrDefault(key);

    /// <summary>The rules, by a lease that is valid now (M8).</summary>
    public async Task<AgentRules> RulesAsync(Activation activation)
    {
        if (world.Clock.Now >= leaseUntil)
        {
            var asked = world.Clock.Now;
            await world.Clock.Wait(Life, world.Latency());
            off = world.Rulebook.Off;
            marks = world.Register.Marks;
            leaseUntil = asked + (world.Mutant == Mutant.RulesPastLease ? 3_600_000 : Lease);
            if (world.Clock.Now >= leaseUntil)
            {
                throw new Fault(FaultKind.NoLease);
            }
        }

        return world.Rulebook.Of(off, world.Mutant == Mutant.ArmRedrawn ? $"salt{activation.Number % 3}" : "salt");
    }
}

/// <summary>A loop over a partition; stopped when the partition is another silo's.</summary>
internal sealed class Run(int partition)
{
    public int Partition { get; } = partition;

    public bool Stopped { get; set; }
}
