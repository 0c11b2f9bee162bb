using System.Globalization;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Sim.Custody;
using Aampe.Agents.Sim.Engine;
using Aampe.Agents.Sim.Oracles;
using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim;

/// <summary>What a call to the store will meet.</summary>
internal readonly record struct Fate(long Latency, bool Fails, bool Unknown, bool Dies);

/// <summary>Everything of one run: one thread, one clock, one source of chance.</summary>
internal sealed class World
{
    readonly Dictionary<string, (int Partition, int Place)> places = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, long> seen = new(StringComparer.Ordinal);

    public World(Options options, Scenario scenario, Design design, Mutant mutant, ulong seed, TextWriter? lines)
    {
        Options = options;
        Scenario = scenario;
        Mutant = mutant;
        Dice = new Dice(seed ^ 0xD1CE);
        Clock = new Clockwork(options.Start);
        Trace = new Tracing(Clock, lines);
        Tables = new Tables(this);
        Log = new EventLog(this);
        Custody = design == Design.Ledger ? new LedgerCustody(this) : new RowCustody(this);
        Agents = new Shells.Agents(this);
        Receiver = new Receiver(this);
        Rulebook = new Rulebook(options);
        Books = new Books(this);
        Cluster = new Cluster(this);
        Register = new Register(this);
        Erasures = ErasuresOf(seed, options, scenario);
    }

    /// <summary>Who is erased when. One seed in eight is a world where somebody is: drawn apart, so that no other world changes by it.</summary>
    public IReadOnlyList<(int User, long At)> Erasures { get; }

    /// <summary>Marks of erased people.</summary>
    public Register Register { get; }

    static List<(int User, long At)> ErasuresOf(ulong seed, Options options, Scenario scenario)
    {
        if (seed % 16 is not (3 or 12))
        {
            return [];
        }

        var dice = new Dice(seed ^ 0x0E7A5E);
        var span = options.Days * 86_400_000L;
        var (first, last) = (options.Start + (span / 4), options.Start + (span * 3 / 4));
        // What happens beside a message on its way is what protocols break at.
        var carts = scenario.Uploads.SelectMany(upload => upload.Events).Where(one => one.Name == "cart" && one.At >= first && one.At <= last).ToLookup(one => one.User);
        return [.. Enumerable.Range(0, options.Users).Where(_ => dice.Chance(0.5)).Select(user =>
            (user, carts[user].ToList() is { Count: > 0 } own && dice.Chance(0.8) ? dice.Pick(own).At + dice.Between(0, 1_500_000) : dice.Between(first, last)))];
    }

    public Options Options { get; }

    public Scenario Scenario { get; }

    public Mutant Mutant { get; }

    public Dice Dice { get; }

    public Clockwork Clock { get; }

    public Tracing Trace { get; }

    public Tables Tables { get; }

    public EventLog Log { get; }

    public ICustody Custody { get; }

    public Shells.Agents Agents { get; }

    public Receiver Receiver { get; }

    public Rulebook Rulebook { get; }

    public Books Books { get; }

    public Cluster Cluster { get; }

    /// <summary>Healed: no fault is drawn any more.</summary>
    public bool Calm { get; set; }

    /// <summary>What the planted bug of the double update remembers.</summary>
    public Dictionary<string, Dictionary<EvidenceKey, (Evidence Before, Evidence After)>> Twice { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the log has been carried and every change has reached its row.</summary>
    public bool IsSettled => Custody.IsSettled && Enumerable.Range(0, Options.Partitions).All(partition => Log.Cursor(partition) == Log.End(partition));

    /// <summary>The first violation; null = none.</summary>
    public string? Failure { get; private set; }

    /// <summary>How often interesting states were reached.</summary>
    public IReadOnlyDictionary<string, long> Sometimes => seen;

    /// <summary>Key of a user's agent.</summary>
    public static string KeyOf(int user) => "u:" + user.ToString(CultureInfo.InvariantCulture);

    /// <summary>User of an agent's key.</summary>
    public static int UserOf(string key) => int.Parse(key.AsSpan(2), CultureInfo.InvariantCulture);

    public int PartitionOf(int user) => PartitionOf(KeyOf(user));

    public int PartitionOf(string key) => Placed(key).Partition;

    /// <summary>Place of an agent among the silos; ≥ 0.</summary>
    public int PlaceOf(string key) => Placed(key).Place;

    /// <summary>Notes that an interesting state was reached.</summary>
    public void Seen(string what)
    {
        seen[what] = seen.GetValueOrDefault(what) + 1;
        Trace.Note("sometimes", what);
    }

    /// <summary>Notes a broken promise; the first one ends the run.</summary>
    public void Violate(string promise, string what)
    {
        Failure ??= $"{promise}: {what}";
        Trace.Note("VIOLATION", promise, 0, what);
    }

    /// <summary>Milliseconds of an everyday call.</summary>
    public long Latency() => Dice.Between(1, 12);

    /// <summary>Draws what a write will meet.</summary>
    public Fate Draw() => Calm
        ? new Fate(Latency(), false, false, false)
        : new Fate(Dice.Chance(Options.StoreSlow) ? Dice.Between(200, 20_000) : Latency(), Dice.Chance(Options.StoreFails), Dice.Chance(Options.StoreUnknown), Dice.Chance(Options.DeathAtWrite));

    /// <summary>Starts something that nobody awaits. A fault that nobody handles is a defect of a shell.</summary>
    public async void Run(Func<Task> what)
    {
        try
        {
            await what();
        }
        catch (Exception error)
        {
            Violate("crash", error.ToString());
        }
    }

    /// <summary>A call from one silo to another: it may be cut on its way there, and on its way back.</summary>
    public async Task<T> CallAsync<T>(Life caller, int from, int to, Func<Silo, Task<T>> what)
    {
        var callee = Cluster.Silos[to];
        if (from == to)
        {
            return await what(callee);
        }

        await Clock.Wait(caller, Latency());
        if (!callee.Alive || Cluster.AreApart(from, to))
        {
            await Clock.Wait(caller, 10_000);
            throw new Fault(FaultKind.Down);
        }

        var answer = new TaskCompletionSource<T>();
        Action mourn = () => Clock.At(Clock.Now + 10_000, caller, () => answer.TrySetException(new Fault(FaultKind.Unknown)));
        callee.Life.Mourn(mourn);
        Forward(what(callee), answer);
        try
        {
            return await answer.Task;
        }
        finally
        {
            callee.Life.Forget(mourn);
            await Clock.Wait(caller, Cluster.AreApart(from, to) ? 10_000 : Latency());
        }
    }

    /// <summary>A call from outside to any silo that is there; the answer may be lost.</summary>
    public async Task<T> ServedAsync<T>(Life client, Func<Silo, Task<T>> what)
    {
        var alive = Cluster.Silos.Where(silo => silo.Alive).ToList();
        await Clock.Wait(client, Latency());
        if (alive.Count == 0)
        {
            throw new Fault(FaultKind.Down);
        }

        var result = await CallAsync(client, -1, Dice.Pick(alive).Id, what);
        return !Calm && Dice.Chance(Options.AnswerLost) ? throw new Fault(FaultKind.Unknown) : result;
    }

    static async void Forward<T>(Task<T> work, TaskCompletionSource<T> answer)
    {
        try
        {
            answer.TrySetResult(await work);
        }
        catch (Exception error)
        {
            answer.TrySetException(error);
        }
    }

    (int Partition, int Place) Placed(string key)
    {
        if (!places.TryGetValue(key, out var place))
        {
            var hash = StableHash.Of("sim", key);
            place = ((int)(hash % (ulong)Options.Partitions), (int)(hash >> 40));
            places.Add(key, place);
        }

        return place;
    }
}
